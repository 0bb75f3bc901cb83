import { describe, expect, it } from 'vitest'
import { readFeatures, TRANSPORT_MODES, UnknownFeatureValue } from '#shared/config/features.ts'

describe('flags', () => {
  it('are at their defaults when absent or empty', () => {
    expect(readFeatures({})).toEqual({ realtimeTransport: 'hybrid' })
    expect(readFeatures({ realtimeTransport: '' })).toEqual({ realtimeTransport: 'hybrid' })
    expect(readFeatures({ realtimeTransport: null })).toEqual({ realtimeTransport: 'hybrid' })
  })

  it.each(TRANSPORT_MODES)('take a known value: %s', (realtimeTransport) => {
    expect(readFeatures({ realtimeTransport })).toEqual({ realtimeTransport })
  })

  it('refuse a value that this version does not know, and name what it knows', () => {
    expect(() => readFeatures({ realtimeTransport: 'pigeon' })).toThrow(UnknownFeatureValue)
    expect(() => readFeatures({ realtimeTransport: 1 })).toThrow(/realtimeTransport; known: polling/)
    // A member may have news off, a firm can't.
    expect(() => readFeatures({ realtimeTransport: 'off' })).toThrow(UnknownFeatureValue)
  })
})
