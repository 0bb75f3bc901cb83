import { useI18n } from '#imports'
import type { MemberId } from '#shared/kanban/member.ts'
import { useKanban } from './useKanban.ts'
import { useLiveRegion } from './useLiveRegion.ts'
import { useNotifications } from './useNotifications.ts'
import { useRealTimeTransport } from './useRealTimeTransport.ts'

/** Time to look up, and then to read. */
const LEAST_MS = 15_000
const A_CHARACTER_MS = 60

/** So many are shown; of more the newest. */
const MOST_SHOWN = 20

const NOTICE_ID = 'presence-notes'

/** Shows what others say to all on the board, in one notice that grows until it is read. */
export function useNotes(): void {
  const { t } = useI18n()
  const notices = useNotifications()
  const { say } = useLiveRegion()
  const kanban = useKanban()
  const { subscribe } = useRealTimeTransport()
  /** What the notice shows. */
  let notes: { from: MemberId, name: string, text: string }[] = []
  /** How many came since it was closed last, and from whom. */
  let count = 0
  const senders = new Set<MemberId>()

  subscribe('note', ({ boardId, from, data: { text } }) => {
    const name = kanban.members.value.get(from)?.name
    if (boardId !== kanban.boardId.value || from === kanban.me.value.id || name === undefined)
      return
    // One that grows where it stands isn't read again by itself.
    if (notes.length > 0)
      say(t('presence.note.line', { name, text }))
    notes = [...notes, { from, name, text }].slice(-MOST_SHOWN)
    count++
    senders.add(from)
    notices.info({
      id: NOTICE_ID,
      title: titleOf(name),
      description: description(),
      isLong: true,
      icon: 'i-lucide-message-square-text',
      duration: LEAST_MS + A_CHARACTER_MS * notes.reduce((sum, note) => sum + note.text.length, 0),
      onClose: forget,
    })
  })

  function forget(): void {
    notes = []
    count = 0
    senders.clear()
  }

  const isOfOne = () => senders.size === 1

  function titleOf(name: string): string {
    if (notes.length === 1)
      return t('presence.note.from', { name })
    return isOfOne() ? t('presence.note.several', { name, count }) : t('presence.note.many', { count })
  }

  /** A note may have lines of its own: an empty one parts it from the next. */
  function description(): string {
    return notes.map(({ name, text }) => isOfOne() ? text : t('presence.note.line', { name, text })).join('\n\n')
  }
}
