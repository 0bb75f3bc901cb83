import type { MemberId } from '#shared/kanban/member.ts'
import { plain } from './guess-values.ts'

/** What a person in a file can be recognised by. */
export interface KnownPerson {
  id: MemberId
  name: string
  email: string
}

/**
 * The member whom a name in a file most likely means: by address, by the part before its @, or by name in
 * either order. Null when nobody fits, or more than one.
 */
export function guessMember(name: string, members: readonly KnownPerson[]): MemberId | null {
  const wanted = plain(name)
  if (wanted === '')
    return null
  const fits: ((member: KnownPerson) => boolean)[] = [
    member => plain(member.email) === wanted,
    member => plain(member.name) === wanted,
    member => nameKey(member.name) === nameKey(name),
    member => plain(member.email).split('@')[0] === wanted.replace(/^@/, ''),
  ]
  for (const fit of fits) {
    const found = members.filter(fit)
    if (found.length > 0)
      return found.length === 1 ? found[0]!.id : null
  }
  return null
}

/** A name without its order and gaps: "Sato, Kenji", "Kenji Sato" and "KENJI SATO" are one. */
function nameKey(name: string): string {
  const words = plain(name).split(/[\s,、・]+/).filter(Boolean)
  return words.some(word => /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u.test(word)) ? words.join('') : words.sort().join(' ')
}
