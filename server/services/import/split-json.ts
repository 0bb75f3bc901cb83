import { unreadable } from './import-error.ts'

/** One piece of a large JSON object: a value under a top-level key, or one element of a list under it. */
export interface JsonPiece {
  key: string
  /** The element's place in the list under `key`; null when the value is no list. */
  index: number | null
  value: unknown
}

/**
 * Takes apart one JSON object without ever parsing the whole: text goes in by pieces as it is decoded,
 * values come out as soon as they are complete. A board of 20 MB is mostly long lists of small things,
 * so the longest single step stays small.
 */
export function createJsonSplitter(onPiece: (piece: JsonPiece) => void) {
  let state: 'start' | 'key' | 'colon' | 'value' | 'element' | 'after-value' | 'after-element' | 'end' = 'start'
  let key = ''
  let index = 0
  /** What the current key or value has so far, when a piece ended within it. */
  let buffered = ''
  let depth = 0
  let inString = false
  let escaped = false
  let first = true

  function write(text: string): void {
    let position = 0
    while (position < text.length) {
      if (state === 'key' || state === 'value' || state === 'element') {
        position = readToken(text, position)
        continue
      }
      const char = text[position]!
      position++
      if (char === ' ' || char === '\n' || char === '\r' || char === '\t')
        continue
      step(char)
    }
  }

  /** One character between tokens. */
  function step(char: string): void {
    switch (state) {
      case 'start':
        return char === '{' ? expect('key', true) : fail()
      case 'colon':
        return char === ':' ? expect('value') : fail()
      case 'after-value':
        if (char === ',')
          return expect('key')
        return char === '}' ? expect('end') : fail()
      case 'after-element':
        if (char === ',')
          return expect('element')
        return char === ']' ? expect('after-value') : fail()
      case 'end':
        throw unreadable(char === '{' ? 'JSON_LINES' : 'JSON_INVALID')
      default:
        return fail()
    }
  }

  function expect(next: typeof state, isFirst = false): void {
    state = next
    first = isFirst
  }

  /** Reads on in a key, a value or an element; answers where to go on. */
  function readToken(text: string, from: number): number {
    let position = from
    if (buffered === '' && depth === 0 && !inString) {
      while (position < text.length && ' \n\r\t'.includes(text[position]!))
        position++
      if (position === text.length)
        return position
      const char = text[position]!
      if (first && (char === '}' && state === 'key')) {
        expect('end')
        return position + 1
      }
      if (first && char === ']' && state === 'element') {
        expect('after-value')
        return position + 1
      }
      if (state === 'value' && char === '[') {
        index = 0
        expect('element', true)
        onPiece({ key, index: null, value: [] })
        return position + 1
      }
      if (state === 'key' && char !== '"')
        fail()
    }
    const start = position
    for (; position < text.length; position++) {
      const code = text.charCodeAt(position)
      if (inString) {
        if (escaped)
          escaped = false
        else if (code === 92)
          escaped = true
        else if (code === 34)
          inString = false
        if (!inString && depth === 0)
          return complete(text, start, position + 1)
        continue
      }
      if (code === 34) {
        inString = true
      }
      else if (code === 123 || code === 91) {
        depth++
      }
      else if (code === 125 || code === 93) {
        // The end of what surrounds a bare number or word.
        if (depth === 0)
          return complete(text, start, position)
        depth--
        if (depth === 0)
          return complete(text, start, position + 1)
      }
      else if (code === 44 && depth === 0) {
        return complete(text, start, position)
      }
    }
    buffered += text.slice(start)
    return text.length
  }

  function complete(text: string, start: number, end: number): number {
    const source = buffered + text.slice(start, end)
    buffered = ''
    const value = parse(source)
    if (state === 'key') {
      if (typeof value !== 'string')
        fail()
      key = value as string
      expect('colon')
    }
    else if (state === 'value') {
      onPiece({ key, index: null, value })
      expect('after-value')
    }
    else {
      onPiece({ key, index: index++, value })
      expect('after-element')
    }
    return end
  }

  /** To be called after the last piece of text: the object must be complete. */
  function end(): void {
    if (state !== 'end')
      fail()
  }

  return { write, end }
}

function parse(source: string): unknown {
  try {
    return JSON.parse(source)
  }
  catch {
    return fail()
  }
}

function fail(): never {
  throw unreadable('JSON_INVALID')
}
