import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createJsonSplitter } from '#server/services/import/split-json.ts'

/** The object again, from the pieces of its text. */
function assemble(text: string, sizes: number[]): unknown {
  const result: [string, unknown][] = []
  const lists = new Map<string, unknown[]>()
  const splitter = createJsonSplitter(({ key, index, value }) => {
    if (index === null) {
      const start = Array.isArray(value) ? [] as unknown[] : value
      if (Array.isArray(start))
        lists.set(key, start)
      result.push([key, start])
    }
    else {
      lists.get(key)!.push(value)
    }
  })
  let rest = text
  for (let turn = 0; rest !== ''; turn++) {
    const size = sizes[turn % sizes.length]!
    splitter.write(rest.slice(0, size))
    rest = rest.slice(size)
  }
  splitter.end()
  return Object.fromEntries(result)
}

const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
const object = fc.dictionary(fc.string().filter(key => key !== '__proto__'), fc.jsonValue({ maxDepth: 4 }))

describe('the splitter of large JSON', () => {
  it('finds what parsing the whole finds, however the text is cut', () => {
    fc.assert(fc.property(object, cuts, fc.constantFrom(undefined, 2), (value, sizes, indent) => {
      const text = JSON.stringify(value, null, indent)
      expect(assemble(text, sizes)).toEqual(JSON.parse(text))
    }))
  })

  it('refuses every text that breaks off', () => {
    fc.assert(fc.property(object, fc.nat(), (value, at) => {
      const text = JSON.stringify(value)
      expect(() => assemble(text.slice(0, at % text.length), [7])).toThrow()
    }))
  })

  it.each([
    ['{"a":1}{"b":2}'], ['{"a":1}\n{"b":2}\n'], ['{"a":1} x'], ['{"a" 1}'], ['{a:1}'], ['{"a":[1 2]}'], ['{"a":1,,"b":2}'], ['{1:2}'], ['{"a":tru}'],
  ])('refuses %j', text => expect(() => assemble(text, [3])).toThrow())

  it('says that one object a line is another kind of file', () => {
    expect(() => assemble('{"a":1}\n{"a":2}', [100])).toThrow(expect.objectContaining({ details: { reason: 'JSON_LINES' } }))
  })
})
