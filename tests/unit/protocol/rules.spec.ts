import { describe, expect, it } from 'vitest'
import { readProtocolRules } from '../../helpers/protocol-rules.ts'

const { documented, inForce, proven } = readProtocolRules()

describe('the rules of the protocol', () => {
  it('are found in the document', () => {
    expect(inForce).toEqual(expect.arrayContaining(['P1', 'P5', 'R6', 'C6', 'M5', 'X3', 'W5', 'S1', 'K2', 'Z4', 'T6', 'A2', 'A3']))
    expect(documented.size).toBeGreaterThan(50)
  })

  it('have a test each, when they are in force', () => {
    expect(inForce.filter(rule => !proven.has(rule))).toEqual([])
  })

  it('are in the document, when a test names one', () => {
    expect([...proven.keys()].filter(rule => !documented.has(rule))).toEqual([])
  })
})
