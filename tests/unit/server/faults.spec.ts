import { describe, expect, it } from 'vitest'
import { isUnavailable } from '#server/db/faults.ts'

const failure = (details: Record<string, unknown>) => Object.assign(new Error('no'), details)

describe('a database that can\'t just now', () => {
  it.each([
    ['that is out of reach', { code: 'ECONNREFUSED' }],
    ['that lets nobody in', { code: '53300' }],
    ['whose connection broke', { code: '08006' }],
    ['that waited too long for a lock', { code: '57014' }],
    ['whose deadlock went on', { code: '40P01' }],
    ['whose disk is full', { errcode: 13 }],
    ['whose disk fails', { errcode: 10 | (3 << 8) }],
  ])('is one %s', (_, details) => {
    expect(isUnavailable(failure(details))).toBe(true)
  })

  it.each([['a mistake of ours', { code: '42601' }], ['a value that is taken', { errcode: 2067 }], ['anything else', {}]])('isn\'t %s', (_, details) => {
    expect(isUnavailable(failure(details))).toBe(false)
  })
  it('isn\'t what is no error', () => {
    expect(isUnavailable('ECONNREFUSED')).toBe(false)
  })
})
