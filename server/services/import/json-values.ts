import { cleanText } from './fit-text.ts'

/** An object from a JSON file of which nothing is known yet. */
export type JsonRecord = Record<string, unknown>

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The objects of a list; anything else counts as none. */
export function records(value: unknown): JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

/** A text that isn't empty, or null. */
export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? cleanText(value) || null : null
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string' && item !== '') : []
}

export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** Epoch milliseconds of an ISO time, or null. */
export function instant(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) || at < Date.UTC(1900, 0, 1) || at > Date.UTC(2200, 0, 1) ? null : at
}
