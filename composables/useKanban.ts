import type { ComputedRef, InjectionKey, MaybeRefOrGetter, Ref } from 'vue'
import { inject, provide } from 'vue'
import type { MutationContext } from '#shared/kanban/apply-mutation.ts'
import type { Column, ColumnId } from '#shared/kanban/board.ts'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { Member, MemberId } from '#shared/kanban/member.ts'
import type { CreateArgs, EditArgs, MoveArgs } from '#shared/kanban/mutation.ts'
import type { Connection } from '#shared/realtime/connection.ts'
import type { NewsWay } from '#shared/realtime/news-way.ts'
import type { Conflict, MergeNote, Resolution } from '#shared/sync/conflict-record.ts'
import type { RemoteChange } from '#shared/sync/describe-changes.ts'
import type { CommentWork, SettledChange } from '#shared/sync/engine-types.ts'
import type { Looked, UndoStep } from '#shared/sync/outbox-entry.ts'
import type { Submitted } from '#shared/sync/submitted.ts'
import { useKanbanRealTime } from './useKanbanRealTime.ts'

/** The open board as its page and feature components see it: live, with what this person did already drawn in. */
export interface KanbanView {
  boardId: ComputedRef<string>
  board: ComputedRef<{ id: string, name: string } | null>
  /** Columns in their order, archived ones too. */
  columns: ComputedRef<readonly Column[]>
  /** Every matter the reader sees, closed and archived ones too; in no order. */
  matters: ComputedRef<readonly Matter[]>
  matterById: (id: MatterId) => Matter | undefined
  /** The matters of a column by rank, without archived ones. The array keeps its identity while nothing in it changes. */
  mattersIn: (columnId: ColumnId) => readonly Matter[]
  members: ComputedRef<ReadonlyMap<MemberId, Member>>
  me: ComputedRef<Member>
  /** IANA zone of the firm's legal time. */
  timeZone: ComputedRef<string>
  /** The server's clock, epoch milliseconds; moves on each minute. */
  now: Readonly<Ref<number>>
  /** What `refuseMove()` and `applyMutation()` ask for. */
  context: ComputedRef<MutationContext>

  /** True until the board's rows are here. */
  loading: ComputedRef<boolean>
  /** Why the board can't be shown or kept live; null while all is well. */
  error: ComputedRef<{ code: string } | null>
  version: ComputedRef<number>
  /** Epoch milliseconds of the last good exchange. */
  lastSync: Readonly<Ref<number | null>>
  status: ComputedRef<Connection>
  /** How news come just now, and why that way; null while none do. */
  newsWay: ComputedRef<NewsWay | null>
  isOnline: Readonly<Ref<boolean>>
  isStale: Readonly<Ref<boolean>>
  /** Matters with a change that the server hasn't confirmed. */
  pending: ComputedRef<ReadonlySet<MatterId>>
  /** How many changes wait for the server. */
  pendingUpdates: ComputedRef<number>
  /** False until the server has spoken: what shows was kept on this device, as of `lastSync`. */
  isConfirmed: ComputedRef<boolean>
  /** False when what waits would be lost with the page: this device keeps nothing. */
  isStoredHere: ComputedRef<boolean>
  /** The server wants a newer page: nothing is sent, nothing can be changed, and what waits is kept (rule K1). */
  isOutdated: ComputedRef<boolean>

  moveMatter: (id: MatterId, args: MoveArgs) => Submitted
  /** `looked`: the fields as an editor opened them; absent, as they are now on the screen. */
  editMatter: (id: MatterId, args: EditArgs, looked?: Looked) => Submitted
  /** Makes the id, which is on the board at once. */
  createMatter: (args: CreateArgs) => Submitted
  deleteMatter: (id: MatterId, reason?: string) => Submitted
  addComment: (id: MatterId, body: string) => Submitted
  editComment: (id: MatterId, commentId: string, body: string) => Submitted
  removeComment: (id: MatterId, commentId: string) => Submitted
  /** Comments' changes of this matter that a fetched list may lack. */
  commentWork: (id: MatterId) => readonly CommentWork[]

  /** Own changes that met a newer value and wait for this person's choice; `theirs` is the newest known. */
  conflicts: ComputedRef<readonly Conflict[]>
  /** Ends a conflict; null when it is no longer there. Settles at once where nothing is to be sent. */
  resolveConflict: (id: string, resolution: Resolution) => Submitted | null
  /** Quiet words about changes that went in beside somebody else's. */
  notes: ComputedRef<readonly MergeNote[]>
  readNote: (id: string) => void

  /** What `undo` would take back: this person's last move, edit or deletion that nobody built on; null without one. */
  undoStep: ComputedRef<UndoStep | null>
  /** Takes it back; null when there is none. */
  undo: () => Submitted | null

  /** Hears how own changes ended, also those of an earlier page; returns how to stop. Ends with the caller's scope. */
  onSettled: (listener: (change: SettledChange) => void) => () => void
  /** Hears what others did, once a batch; returns how to stop. Ends with the caller's scope. */
  onRemoteChange: (listener: (changes: RemoteChange[]) => void) => () => void
  /** Set true while a drag is held: polling waits. */
  interacting: Ref<boolean>
  /** Says that a matter is open: its news are urgent. Until the caller's scope ends, or until what it returns is called. */
  focus: (matterId: MatterId) => () => void
  refresh: () => Promise<void>
  /** Tries everything at once that waits for its next try, and forgets how often it failed. */
  retry: () => Promise<void>
  /** How long ago the rows were right, in milliseconds; null when they never were. */
  age: () => number | null
  pause: () => void
  resume: () => void
}

const KANBAN: InjectionKey<KanbanView> = Symbol('kanban')

/** Opens a board for this component and everything below it. A page calls it once. */
export function provideKanban(boardId: MaybeRefOrGetter<string>): KanbanView {
  const kanban = useKanbanRealTime(boardId)
  provide(KANBAN, kanban)
  return kanban
}

/** The board that a component above has opened with `provideKanban`. */
export function useKanban(): KanbanView {
  const kanban = inject(KANBAN, null)
  if (!kanban)
    throw new Error('useKanban() needs provideKanban() in a component above')
  return kanban
}
