import { describe, expect, it } from 'vitest'
import { readFeatures, UnknownFeatureValue } from '#shared/config/features.ts'

describe('flags', () => {
  it('are at their defaults when absent or empty', () => {
    expect(readFeatures({})).toEqual({ realtimeTransport: 'polling' })
    expect(readFeatures({ realtimeTransport: '' })).toEqual({ realtimeTransport: 'polling' })
    expect(readFeatures({ realtimeTransport: null })).toEqual({ realtimeTransport: 'polling' })
  })

  it('take a known value', () => {
    expect(readFeatures({ realtimeTransport: 'polling' }).realtimeTransport).toBe('polling')
  })

  it('refuse a value that this version does not know, and name what it knows', () => {
    expect(() => readFeatures({ realtimeTransport: 'pigeon' })).toThrow(UnknownFeatureValue)
    expect(() => readFeatures({ realtimeTransport: 1 })).toThrow(/realtimeTransport; known: polling/)
  })
})
