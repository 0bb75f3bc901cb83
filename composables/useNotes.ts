import { useI18n, useToast } from '#imports'
import type { MemberId } from '#shared/kanban/member.ts'
import { useKanban } from './useKanban.ts'
import { useRealTimeTransport } from './useRealTimeTransport.ts'

/** Time to look up, and then to read. */
const LEAST_MS = 15_000
const A_CHARACTER_MS = 60

const TOAST = 'presence-notes'

/** Shows what others say to all on the board, in one toast that grows until it is read. */
export function useNotes(): void {
  const { t } = useI18n()
  const toast = useToast()
  const kanban = useKanban()
  const { subscribe } = useRealTimeTransport()
  /** What the toast shows. */
  let notes: { from: MemberId, name: string, text: string }[] = []

  subscribe('note', ({ boardId, from, data: { text } }) => {
    const name = kanban.members.value.get(from)?.name
    if (boardId !== kanban.boardId.value || from === kanban.me.value.id || name === undefined)
      return
    const isShown = toast.toasts.value.some(({ id, open }) => id === TOAST && open !== false)
    notes = [...isShown ? notes : [], { from, name, text }]
    const content = {
      title: titleOf(name),
      description: description(),
      duration: LEAST_MS + A_CHARACTER_MS * notes.reduce((sum, note) => sum + note.text.length, 0),
    }
    if (isShown)
      toast.update(TOAST, content)
    else
      toast.add({ id: TOAST, ...content, icon: 'i-lucide-message-square-text', color: 'neutral', type: 'background', ui: { description: 'max-h-60 overflow-y-auto whitespace-pre-line wrap-anywhere' } })
  })

  function isOfOne(): boolean {
    return new Set(notes.map(({ from }) => from)).size === 1
  }

  function titleOf(name: string): string {
    if (notes.length === 1)
      return t('presence.note.from', { name })
    return isOfOne() ? t('presence.note.several', { name, count: notes.length }) : t('presence.note.many', { count: notes.length })
  }

  function description(): string {
    return notes.map(({ name, text }) => isOfOne() ? text : t('presence.note.line', { name, text })).join('\n')
  }
}
