import type { MatterId } from '#shared/kanban/matter.ts'

/**
 * What people type about a matter carries its mark, so that one look at any text tells whose it is. Marks are no
 * part of ids, which may be known where a matter is hidden.
 */
export function markOf(id: MatterId): string {
  return `«${(Number.parseInt(id.slice(-8), 16) * 2_654_435_761 % 4_294_967_296).toString(36)}»`
}

const MARKS = /«[0-9a-z]+»/g

/** The marks that a text contains. */
export function marksIn(text: string): Set<string> {
  return new Set(text.match(MARKS))
}
