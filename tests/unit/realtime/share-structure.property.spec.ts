import fc from 'fast-check'
import { expect, it } from 'vitest'
import { shareStructure } from '#shared/realtime/share-structure.ts'

const values = fc.jsonValue({ maxDepth: 4 })

it('gives back the very same object for an equal one', () => {
  fc.assert(fc.property(values, (value) => {
    const copy = structuredClone(value)
    expect(Object.is(shareStructure(value, copy), value)).toBe(true)
  }))
})

it('always gives something equal to the new value, and changes neither', () => {
  fc.assert(fc.property(values, values, (before, after) => {
    const [beforeCopy, afterCopy] = [structuredClone(before), structuredClone(after)]
    expect(shareStructure(before, after)).toEqual(afterCopy)
    expect([before, after]).toEqual([beforeCopy, afterCopy])
  }))
})

it('keeps the parts that are equal', () => {
  const before = { rows: [{ id: 1, tags: ['a'] }, { id: 2, tags: ['b'] }], title: 'x' }
  const after = shareStructure(before, { rows: [{ id: 1, tags: ['a'] }, { id: 2, tags: ['c'] }], title: 'x' })
  expect(after).not.toBe(before)
  expect(after.rows[0]).toBe(before.rows[0])
  expect(after.rows[1]).not.toBe(before.rows[1])
})

it('takes an undefined key for a different shape', () => {
  const before = { a: undefined }
  expect(shareStructure(before, { b: undefined })).toEqual({ b: undefined })
})

it('compares anything that is not plain by identity', () => {
  const date = new Date(0)
  expect(shareStructure(new Date(0), date)).toBe(date)
  expect(shareStructure(Object.assign(Object.create(null), { a: 1 }), { a: 1 })).toEqual({ a: 1 })
  expect(shareStructure(new Map(), new Map([[1, 2]]))).toEqual(new Map([[1, 2]]))
})
