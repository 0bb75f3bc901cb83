const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

/**
 * One or two characters that stand for a name: first letters of the first and last word, or what
 * comes first in a Japanese name, which is the family name.
 *
 * @param maxIdeographs how many characters of a Japanese name there is room for; they are wider than letters
 */
export function initialsOf(name: string, maxIdeographs: 1 | 2 = 2): string {
  const words = name.normalize('NFKC').split(/[\s\u30fb]+/).filter(Boolean)
  const first = words[0] ?? ''
  if (EAST_ASIAN.test(first))
    return characters(first).slice(0, words.length > 1 ? maxIdeographs : 1).join('')
  const letters = [first, words.length > 1 ? words.at(-1)! : ''].map(word => characters(word.replace(/^[^\p{L}\p{N}]+/u, ''))[0] ?? '')
  return letters.join('').toUpperCase() || '?'
}

/** A number from 0 to `count - 1` that stays the same for the same id, to pick a colour by. */
export function stablePick(id: string, count: number): number {
  let hash = 0
  for (const character of id)
    hash = (hash * 31 + character.codePointAt(0)!) % 2_147_483_647
  return hash % count
}

/** Whole characters, so that none is cut in half. */
function characters(text: string): string[] {
  return [...text]
}
