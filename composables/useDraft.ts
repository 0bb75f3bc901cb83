import type { Ref } from 'vue'
import { useStorage } from '@vueuse/core'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'

const PREFIX = 'aster:draft:'

/** Whose draft it is, and of what: a field, a comment, a new task. */
export interface DraftKey {
  member: MemberId
  matter: MatterId
  field: string
}

type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export interface UseDraftOptions {
  /** @default the browser's `localStorage`; nothing on the server */
  storage?: DraftStorage
}

/**
 * Something typed and not yet sent. It outlives Escape, navigation and a reload on this device, and is
 * gone once set to null. A storage that is full or forbidden costs the keeping, not the typing.
 */
export function useDraft<Value>({ member, matter, field }: DraftKey, options: UseDraftOptions = {}): Ref<Value | null> {
  return useStorage<Value | null>(`${PREFIX}${member}:${matter}:${field}`, null, options.storage, {
    // A server render knows no drafts, and the first render in the browser must equal it.
    initOnMounted: true,
    // Written at once: a panel may close in the tick in which a letter was typed.
    flush: 'sync',
    // Two tabs may hold two drafts of one field; the one shown doesn't change under its writer's hands.
    listenToStorageChanges: false,
    serializer: { read: readJson as (text: string) => Value | null, write: value => JSON.stringify(value) },
    onError: () => {},
  }) as Ref<Value | null>
}

/** Forgets the drafts of one matter, or, at sign-out, of all. */
export function clearDrafts(
  matter?: MatterId,
  storage: Pick<Storage, 'length' | 'key' | 'removeItem'> | undefined = globalThis.localStorage,
): void {
  const keys = Array.from({ length: storage?.length ?? 0 }, (_, index) => storage!.key(index) ?? '')
  for (const key of keys) {
    if (key.startsWith(PREFIX) && (matter === undefined || key.split(':')[3] === matter))
      storage!.removeItem(key)
  }
}

/** A stored text that isn't JSON is no draft of ours. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  }
  catch {
    return null
  }
}
