import { normalizeCaseNumber } from './case-number.ts'
import type { Matter } from './matter.ts'

/**
 * The form in which words are looked for: no case, no width, katakana for hiragana, and one dash for
 * the many that a Japanese keyboard makes of the minus key.
 */
export function normalizeSearchText(text: string): string {
  return normalizeCaseNumber(text)
    .replace(/[\u3041-\u3096]/g, kana => String.fromCharCode(kana.charCodeAt(0) + 0x60))
    .replace(/[\u2010-\u2015\u2212\u30fc]/g, '-')
    .replace(/\s+/g, ' ')
}

/** What a matter is found by, in the form in which words are looked for. */
interface SearchTexts {
  number: string
  bareNumber: string
  fields: { field: SearchField, text: string }[]
  all: string
}

const searchTexts = new WeakMap<Matter, SearchTexts>()

/** Matters never change, so each is read once. */
function textsOf(matter: Matter): SearchTexts {
  let texts = searchTexts.get(matter)
  if (texts === undefined) {
    const { caseNumber, courtName, waitingOn, tags } = matter
    const number = normalizeSearchText(caseNumber)
    const bareNumber = compact(number)
    const fields = FIELDS.map(field => ({ field, text: normalizeSearchText(matter[field] ?? '') }))
    const others = [courtName, waitingOn, ...tags].map(text => normalizeSearchText(text ?? ''))
    texts = { number, bareNumber, fields, all: [number, bareNumber, ...fields.map(({ text }) => text), ...others].join('\n') }
    searchTexts.set(matter, texts)
  }
  return texts
}

/** Everything of a matter that a word is looked for in. */
export function searchTextOf(matter: Matter): string {
  return textsOf(matter).all
}

/** The words of a search; a matter has to hold them all. */
export function splitWords(text: string): string[] {
  return normalizeSearchText(text).split(' ').filter(Boolean)
}

/** Where a search found a matter; the order is the order of the results. */
export type SearchField = 'caseNumber' | 'title' | 'clientName' | 'courtCaseNumber' | 'opposingParty' | 'text'

/** Where a search looks after the case number, in this order. */
const FIELDS = ['title', 'clientName', 'courtCaseNumber', 'opposingParty'] as const satisfies SearchField[]

export interface SearchHit {
  matter: Matter
  field: SearchField
}

/**
 * The matters that a search means, the likeliest first: those whose case number is what was typed,
 * begins with it, holds it; then by title, client, court number, opposing party; then those in which
 * all words are found somewhere. Equals keep case-number order.
 *
 * @param limit most hits to give
 */
export function searchMatters(matters: readonly Matter[], text: string, limit = 8): SearchHit[] {
  const query = normalizeSearchText(text)
  if (!query)
    return []
  const words = splitWords(text)
  return matters
    .flatMap((matter) => {
      const place = findPlace(matter, query, words)
      return place ? [{ matter, ...place }] : []
    })
    .sort((a, b) => a.order - b.order || compareText(a.matter.caseNumber, b.matter.caseNumber) || compareText(a.matter.id, b.matter.id))
    .slice(0, limit)
    .map(({ matter, field }) => ({ matter, field }))
}

function findPlace(matter: Matter, query: string, words: string[]): { field: SearchField, order: number } | null {
  const { number, bareNumber, fields, all } = textsOf(matter)
  if (number === query)
    return { field: 'caseNumber', order: 0 }
  if (number.startsWith(query))
    return { field: 'caseNumber', order: 1 }
  const bare = compact(query)
  // "2026cv42" means 2026-CV-42, yet one character without its dash would mean everything.
  if (number.includes(query) || (bare.length > 1 && bareNumber.includes(bare)))
    return { field: 'caseNumber', order: 2 }
  const index = fields.findIndex(({ text }) => text.includes(query))
  if (index >= 0)
    return { field: fields[index]!.field, order: 3 + index }
  return words.every(word => all.includes(word)) ? { field: 'text', order: 3 + fields.length } : null
}

function compact(text: string): string {
  return text.replace(/[\s\-/._]/g, '')
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
