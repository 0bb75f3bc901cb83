import { diffIndices } from 'node-diff3'

/** A run of text in one of two versions: in both, only in the earlier, or only in the later. */
export interface TextPart {
  kind: 'same' | 'removed' | 'added'
  text: string
}

/**
 * A run of a three-way merge. `mine` and `theirs` were changed by one side alone, `agreed` by both to the
 * same; a `clash` was changed by both, in the same place or too near to each other to be read apart.
 */
export type MergePart
  = | { kind: 'same', text: string }
    | { kind: 'mine' | 'theirs' | 'agreed', text: string, base: string }
    | { kind: 'clash', mine: string, base: string, theirs: string }

export type Clash = Extract<MergePart, { kind: 'clash' }>

/** What becomes of a clash; `both` sets one text after the other. */
export type ClashChoice = 'mine' | 'theirs' | 'both'

/**
 * Changes of two people with no more than so many unchanged words between them belong together: "30 days"
 * made "60 days" here and "30 months" there is not "60 months".
 */
const NEAR_WORDS = 2

/** Pairs of equal words beyond which two texts are too alike and too different at once to be compared in good time. */
const MOST_PAIRS = 400_000

/** What was taken from a text and what was added to it: by line and sentence, then by word. */
export function compareTexts(before: string, after: string): TextPart[] {
  const sentences = splitDifferences(splitSentences(before), splitSentences(after))
  const parts = sentences.flatMap(({ isSame, before: old, after: next }) =>
    isSame ? [{ isSame, before: old, after: next }] : closeGaps(splitDifferences(splitWords(old), splitWords(next))))
  return joinAlike(parts.flatMap(({ isSame, before: old, after: next }): TextPart[] => isSame
    ? [{ kind: 'same', text: old }]
    : [{ kind: 'removed', text: old }, { kind: 'added', text: next }]))
}

/** How two people's versions of a text go together: by line and sentence, and by word where both changed the same. */
export function proposeMerge(base: string, mine: string, theirs: string): MergePart[] {
  return mergeTokens(splitSentences(base), splitSentences(mine), splitSentences(theirs), 0)
    .flatMap(part => part.kind === 'clash'
      ? mergeTokens(splitWords(part.base), splitWords(part.mine), splitWords(part.theirs), NEAR_WORDS).flatMap(splitAgreement)
      : [part])
}

/** The text of a proposal. What isn't decided yet stands in it with both texts, so that nothing is left out unseen. */
export function composeMerge(parts: readonly MergePart[], choices: readonly (ClashChoice | null)[] = []): string {
  let index = 0
  return parts.map(part => part.kind === 'clash' ? clashText(part, choices[index++] ?? 'both') : part.text).join('')
}

export function clashesOf(parts: readonly MergePart[]): Clash[] {
  return parts.filter(part => part.kind === 'clash')
}

/** Where each clash of a proposal stands: a few words of its line on either side. */
export function clashContexts(parts: readonly MergePart[], length = 40): { before: string, after: string }[] {
  return parts.flatMap((part, index) => {
    if (part.kind !== 'clash')
      return []
    const before = composeMerge(parts.slice(0, index)).split('\n').at(-1)!
    const after = composeMerge(parts.slice(index + 1)).split('\n')[0]!
    return [{
      before: before.length > length ? `…${endOf(before, length)}` : before,
      after: after.length > length ? `${startOf(after, length)}…` : after,
    }]
  })
}

/** A text that somebody edited, after what lies beneath it went from `before` to `after`. Where the two meet, the edit stays. */
export function carryEdit(before: string, edited: string, after: string): string {
  return composeMerge(proposeMerge(before, edited, after), Array.from({ length: edited.length + 1 }, () => 'mine'))
}

function clashText({ mine, theirs }: Clash, choice: ClashChoice): string {
  return choice === 'both' ? mine + glue(mine, theirs) + theirs : choice === 'mine' ? mine : theirs
}

/** What two texts need between them to be read as two. */
function glue(first: string, second: string): string {
  if (first === '' || second === '' || /\s$/.test(first) || /^\s/.test(second))
    return ''
  if (first.includes('\n') || second.includes('\n'))
    return '\n'
  return /[\u0020-\u024F]$/.test(first) && /^[\u0020-\u024F]/.test(second) ? ' ' : ''
}

/** The parts with long unchanged stretches cut down to their edges; null where nothing is long enough to cut. */
export function foldUnchanged(parts: readonly TextPart[], edge = 80): TextPart[] | null {
  const isLong = ({ kind, text }: TextPart) => kind === 'same' && text.length > 3 * edge
  if (!parts.some(isLong))
    return null
  return parts.map((part, index) => {
    const isFirst = index === 0 && parts.length > 1
    const isLast = index === parts.length - 1
    return isLong(part) ? { ...part, text: `${isFirst ? '' : startOf(part.text, edge)}…${isLast ? '' : endOf(part.text, edge)}` } : part
  })
}

/** About so many characters of a text's beginning, up to the end of a word where there are spaces. */
function startOf(text: string, length: number): string {
  return text.slice(0, length).toWellFormed().replace(/(?<=\s)\S{1,15}$/, '')
}

/** About so many characters of a text's end, from the beginning of a word where there are spaces. */
function endOf(text: string, length: number): string {
  return text.slice(-length).toWellFormed().replace(/^\S{1,15}(?=\s)/, '')
}

/** Whether two versions share enough for their differences to be worth marking. */
export function isAlike(parts: readonly TextPart[]): boolean {
  return parts.some(({ kind, text }) => kind === 'same' && hasWord(text))
}

interface Difference {
  isSame: boolean
  before: string
  after: string
}

function splitDifferences(before: string[], after: string[]): Difference[] {
  const found: Difference[] = []
  let at = 0
  const keep = (end: number) => end > at && found.push(same(before.slice(at, end).join('')))
  for (const { start, end, changedStart, changedEnd } of findHunks(before, after)) {
    keep(start)
    found.push({ isSame: false, before: before.slice(start, end).join(''), after: after.slice(changedStart, changedEnd).join('') })
    at = end
  }
  keep(before.length)
  return found
}

/** A space or comma that stayed between two changed words is part of the change: it reads better so. */
function closeGaps(differences: Difference[]): Difference[] {
  return differences.reduce<Difference[]>((closed, next) => {
    const [last, gap] = [closed.at(-2), closed.at(-1)]
    if (next.isSame || !last || !gap?.isSame || last.isSame || hasWord(gap.before))
      return [...closed, next]
    return [...closed.slice(0, -2), { isSame: false, before: last.before + gap.before + next.before, after: last.after + gap.after + next.after }]
  }, [])
}

const same = (text: string): Difference => ({ isSame: true, before: text, after: text })

function joinAlike(parts: TextPart[]): TextPart[] {
  return parts.filter(({ text }) => text !== '').reduce<TextPart[]>((joined, part) => {
    const last = joined.at(-1)
    return last?.kind === part.kind ? [...joined.slice(0, -1), { ...part, text: last.text + part.text }] : [...joined, part]
  }, [])
}

interface Hunk {
  side: 'mine' | 'theirs'
  start: number
  end: number
  /** How much longer its replacement is. */
  growth: number
}

function mergeTokens(base: string[], mine: string[], theirs: string[], nearWords: number): MergePart[] {
  const hunks = [...hunksOf('mine', base, mine), ...hunksOf('theirs', base, theirs)].sort((a, b) => a.start - b.start)
  const parts: MergePart[] = []
  let at = 0
  /** How far the same place lies behind in the changed texts. */
  const shift = { mine: 0, theirs: 0 }
  for (const group of groupHunks(hunks, base, nearWords)) {
    if (group.start > at)
      parts.push({ kind: 'same', text: base.slice(at, group.start).join('') })
    const textOf = (side: Hunk['side'], tokens: string[]) => {
      const growth = group.hunks.reduce((sum, hunk) => hunk.side === side ? sum + hunk.growth : sum, 0)
      const text = tokens.slice(group.start + shift[side], group.end + shift[side] + growth).join('')
      shift[side] += growth
      return text
    }
    parts.push(changedPart(base.slice(group.start, group.end).join(''), textOf('mine', mine), textOf('theirs', theirs)))
    at = group.end
  }
  if (at < base.length)
    parts.push({ kind: 'same', text: base.slice(at).join('') })
  return parts
}

function hunksOf(side: Hunk['side'], base: string[], changed: string[]): Hunk[] {
  return findHunks(base, changed).map(({ start, end, changedStart, changedEnd }) =>
    ({ side, start, end, growth: changedEnd - changedStart - (end - start) }))
}

/** Where two lists of words differ. What is equal at both ends costs nothing; what would cost too much is one difference. */
function findHunks(before: string[], after: string[]): { start: number, end: number, changedStart: number, changedEnd: number }[] {
  const { head, tail } = commonEnds(before, after)
  const [old, next] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)]
  if (old.length === 0 && next.length === 0)
    return []
  const hunks = countPairs(old, next) > MOST_PAIRS
    ? [{ buffer1: [0, old.length], buffer2: [0, next.length] } as const]
    : diffIndices(old, next)
  return hunks.map(({ buffer1: [start, length], buffer2: [changedStart, changedLength] }) => ({
    start: head + start, end: head + start + length, changedStart: head + changedStart, changedEnd: head + changedStart + changedLength,
  }))
}

function commonEnds(a: string[], b: string[]): { head: number, tail: number } {
  const shortest = Math.min(a.length, b.length)
  let head = 0
  while (head < shortest && a[head] === b[head])
    head++
  let tail = 0
  while (tail < shortest - head && a.at(-1 - tail) === b.at(-1 - tail))
    tail++
  return { head, tail }
}

function countPairs(a: string[], b: string[]): number {
  const counts = new Map<string, number>()
  for (const word of b)
    counts.set(word, (counts.get(word) ?? 0) + 1)
  return a.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0)
}

/** Hunks that touch, or that stand too near to each other for two people's changes, are decided together. */
function groupHunks(hunks: Hunk[], base: string[], nearWords: number): { start: number, end: number, hunks: Hunk[] }[] {
  const groups: { start: number, end: number, hunks: Hunk[] }[] = []
  for (const hunk of hunks) {
    const group = groups.at(-1)
    const isOneSided = group?.hunks.every(({ side }) => side === hunk.side) ?? false
    const words = group ? base.slice(group.end, hunk.start).filter(hasWord).length : Infinity
    if (group && (hunk.start <= group.end || (nearWords > 0 && words <= (isOneSided ? 0 : nearWords)))) {
      group.end = Math.max(group.end, hunk.end)
      group.hunks.push(hunk)
    }
    else {
      groups.push({ start: hunk.start, end: hunk.end, hunks: [hunk] })
    }
  }
  return groups
}

function changedPart(base: string, mine: string, theirs: string): MergePart {
  if (mine === theirs)
    return { kind: 'agreed', text: mine, base }
  if (theirs === base)
    return { kind: 'mine', text: mine, base }
  return mine === base ? { kind: 'theirs', text: theirs, base } : { kind: 'clash', mine, base, theirs }
}

/** What both wrote alike at the edges of a clash is agreed. */
function splitAgreement(part: MergePart): MergePart[] {
  if (part.kind !== 'clash')
    return [part]
  const [mine, theirs] = [splitWords(part.mine), splitWords(part.theirs)]
  const { head, tail } = commonEnds(mine, theirs)
  const agreed = (tokens: string[]): MergePart[] => tokens.length > 0 ? [{ kind: 'agreed', text: tokens.join(''), base: '' }] : []
  const middle = (tokens: string[]) => tokens.slice(head, tokens.length - tail).join('')
  return [...agreed(mine.slice(0, head)), changedPart(part.base, middle(mine), middle(theirs)), ...agreed(mine.slice(mine.length - tail))]
}

function splitSentences(text: string): string[] {
  return text.split(/(?<=[。！？\n])|(?<=[.!?]\s)(?=\S)/).filter(sentence => sentence !== '')
}

/** Words, and what is between them. Japanese has no spaces: its words are the segmenter's, or single characters where there is none. */
export function splitWords(text: string, segmenter: Pick<Intl.Segmenter, 'segment'> | null = wordSegmenter()): string[] {
  return segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : text.match(/[A-Za-z0-9\u00C0-\u024F]+|[\s\S]/gu) ?? []
}

let shared: Intl.Segmenter | null | undefined

function wordSegmenter(): Intl.Segmenter | null {
  shared ??= 'Segmenter' in Intl ? new Intl.Segmenter('ja', { granularity: 'word' }) : null
  return shared
}

function hasWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text)
}
