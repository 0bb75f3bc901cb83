import type { MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'

const PREFIX = 'aster:draft:'

/** A draft that an earlier version of the page left in `localStorage`. */
export interface FormerDraft {
  matter: MatterId
  field: string
  /** JSON. */
  text: string
  /** Removes it there. */
  remove: () => void
}

/** What a member has there; nothing where a browser forbids to look. */
export function readFormerDrafts(member: MemberId, storage: () => Storage = () => globalThis.localStorage): FormerDraft[] {
  try {
    const place = storage()
    const keys = Array.from({ length: place.length }, (_, index) => place.key(index) ?? '')
    return keys.filter(key => key.startsWith(`${PREFIX}${member}:`)).map((key) => {
      const [matter = '', ...field] = key.slice(PREFIX.length + member.length + 1).split(':')
      return { matter, field: field.join(':'), text: place.getItem(key) ?? '', remove: () => place.removeItem(key) }
    })
  }
  catch {
    return []
  }
}
