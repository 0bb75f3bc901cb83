import { analyse } from 'chardet'
import type { Breather } from './breather.ts'
import { unreadable } from './import-error.ts'

/** What the bytes of a text file are written in. */
export interface TextEncoding {
  /** A label that `TextDecoder` knows. */
  label: string
  /** Bytes of the mark at the start, which is no part of the text. */
  bomLength: number
}

/** Text is decoded in pieces of this many bytes, so that no piece holds up the server. */
const SLICE_BYTES = 128 * 1024

/** As much as tells one old encoding from another. */
const SAMPLE_BYTES = 64 * 1024

/** Encodings that offices really save in, by the name that the detector gives them. */
const DETECTED: Record<string, string> = {
  'Shift_JIS': 'shift_jis',
  'EUC-JP': 'euc-jp',
  'ISO-2022-JP': 'iso-2022-jp',
  'EUC-KR': 'euc-kr',
  'Big5': 'big5',
  'GB18030': 'gb18030',
  'windows-1251': 'windows-1251',
  'KOI8-R': 'koi8-r',
}

const DOUBLE_BYTE = ['shift_jis', 'euc-jp', 'euc-kr', 'big5', 'gb18030']

/**
 * The encoding of a text file: by its mark, by the zeros of UTF-16, by whether all of it is UTF-8,
 * else by what its bytes look like. Western text in doubt is Windows-1252.
 */
export async function detectEncoding(bytes: Uint8Array, breathe: Breather): Promise<TextEncoding> {
  if (bytes[0] === 0xEF && bytes[1] === 0xBB && bytes[2] === 0xBF)
    return { label: 'utf-8', bomLength: 3 }
  if (bytes[0] === 0xFF && bytes[1] === 0xFE)
    return { label: 'utf-16le', bomLength: 2 }
  if (bytes[0] === 0xFE && bytes[1] === 0xFF)
    return { label: 'utf-16be', bomLength: 2 }
  const wide = wideEncoding(bytes.subarray(0, SAMPLE_BYTES))
  if (wide)
    return { label: wide, bomLength: 0 }
  const broken = await firstBrokenSlice(bytes, breathe)
  // ISO-2022-JP is all ASCII bytes: only its escapes tell.
  if (broken === null && !hasJapaneseEscape(bytes.subarray(0, SAMPLE_BYTES)))
    return { label: 'utf-8', bomLength: 0 }
  return { label: oldEncoding(bytes.subarray(broken ?? 0, (broken ?? 0) + SAMPLE_BYTES)), bomLength: 0 }
}

/** The text, a piece at a time. Throws `IMPORT_UNREADABLE` where bytes don't fit the encoding. */
export async function* decodeText(bytes: Uint8Array, encoding: TextEncoding, breathe: Breather): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding.label, { fatal: true })
  try {
    for (let start = encoding.bomLength; start < bytes.length; start += SLICE_BYTES) {
      yield decoder.decode(bytes.subarray(start, start + SLICE_BYTES), { stream: true })
      await breathe()
    }
    yield decoder.decode()
  }
  catch (error) {
    if (error instanceof TypeError)
      throw unreadable('ENCODING')
    throw error
  }
}

/** UTF-16 without a mark: in text with any Latin in it, every other byte of most characters is zero. */
function wideEncoding(sample: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  let even = 0
  let odd = 0
  for (let index = 0; index + 1 < sample.length; index += 2) {
    even += sample[index] === 0 ? 1 : 0
    odd += sample[index + 1] === 0 ? 1 : 0
  }
  const pairs = Math.max(1, sample.length >> 1)
  // Line ends and commas alone make a few zeros in Japanese text.
  if (odd / pairs > 0.02 && even === 0)
    return 'utf-16le'
  return even / pairs > 0.02 && odd === 0 ? 'utf-16be' : null
}

/** Where the first piece starts that isn't UTF-8, or null. */
async function firstBrokenSlice(bytes: Uint8Array, breathe: Breather): Promise<number | null> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (let start = 0; start <= bytes.length; start += SLICE_BYTES) {
    try {
      decoder.decode(bytes.subarray(start, start + SLICE_BYTES), { stream: start + SLICE_BYTES < bytes.length })
    }
    catch {
      return start
    }
    await breathe()
  }
  return null
}

function hasJapaneseEscape(sample: Uint8Array): boolean {
  return sample.some((byte, index) => byte === 0x1B && sample[index + 1] === 0x24 && (sample[index + 2] === 0x42 || sample[index + 2] === 0x40))
}

function oldEncoding(sample: Uint8Array): string {
  if (hasJapaneseEscape(sample))
    return 'iso-2022-jp'
  // The Japanese encodings come first: they are what this firm's older programs write, and short cells mislead statistics.
  const named = analyse(sample).map(({ name }) => DETECTED[name]).filter(label => label !== undefined)
  const candidates = ['shift_jis', 'euc-jp', ...named]
  const japanese = candidates.slice(0, 2).map(label => ({ label, score: japaneseScore(sample, label) }))
    .sort((a, b) => b.score - a.score)[0]!
  if (japanese.score > 0.5)
    return japanese.label
  return named.find(label => !DOUBLE_BYTE.includes(label) || wideRunShare(sample, label) > 0.5) ?? 'windows-1252'
}

/** How much of the text beyond ASCII reads as Japanese: kana and kanji standing together. */
function japaneseScore(sample: Uint8Array, label: string): number {
  const text = decodeSample(sample, label)
  if (text === null)
    return 0
  const foreign = text.match(/[^\0-\x7F]/g)?.length ?? 0
  const halfWidth = text.match(/[\uFF61-\uFF9F]/g)?.length ?? 0
  const kanaNear = text.match(/[\u3000-\u30FF]/g)?.length ?? 0
  const runs = text.match(/[\u3000-\u30FF\u4E00-\u9FFF\uFF01-\uFF5E\u30FC]{2,}/g)?.join('').length ?? 0
  // Wrongly read text makes rare characters and half-width kana; rightly read text makes common ones.
  return foreign === 0 ? 0 : (runs + kanaNear * 0.25 - halfWidth) / foreign
}

function wideRunShare(sample: Uint8Array, label: string): number {
  const text = decodeSample(sample, label)
  if (text === null)
    return 0
  const foreign = text.match(/[^\0-\x7F]/g)?.length ?? 1
  return (text.match(/[^\0-\x7F]{2,}/g)?.join('').length ?? 0) / foreign
}

/** The sample as text; its last character may be cut in two, and so may its first. */
function decodeSample(sample: Uint8Array, label: string): string | null {
  for (const skip of [0, 1]) {
    try {
      return new TextDecoder(label, { fatal: true }).decode(sample.subarray(skip), { stream: true })
    }
    catch {
      continue
    }
  }
  return null
}
