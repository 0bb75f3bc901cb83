import type { Ref, ShallowRef } from 'vue'
import { computed, ref, shallowRef } from 'vue'
import { applyMutation, moveStateOf } from '#shared/kanban/apply-mutation.ts'
import type { Board } from '#shared/kanban/board.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { OwnChange } from '#shared/kanban/mutation-context.ts'
import { compareRank } from '#shared/kanban/rank.ts'
import type { NewsWay } from '#shared/realtime/news-way.ts'
import type { Conflict, MergeNote, Resolution } from '#shared/sync/conflict-record.ts'
import type { RemoteChange } from '#shared/sync/describe-changes.ts'
import type { SettledChange } from '#shared/sync/engine-types.ts'
import type { UndoStep } from '#shared/sync/outbox-entry.ts'
import { baseOf } from '#shared/sync/outbox-entry.ts'
import type { Settled, SettledProblem, Submitted } from '#shared/sync/submitted.ts'
import type { KanbanView } from '~/composables/useKanban.ts'
import { BOARD_ID, buildBoard, buildContext, NOW, PEOPLE, TIME_ZONE } from './builders.ts'

/** A board whose parts a test sets by hand: what ends in `Now` is what the view of that name shows. */
export interface FakeKanban extends KanbanView {
  /** What was asked of it, in order. */
  asked: Mutation[]
  /** What was chosen for conflicts, in order. */
  resolved: { id: string, resolution: Resolution }[]
  rows: ShallowRef<Matter[]>
  pendingIds: Ref<Set<string>>
  isLoading: Ref<boolean>
  errorNow: ShallowRef<{ code: string } | null>
  conflictsNow: ShallowRef<Conflict[]>
  notesNow: ShallowRef<MergeNote[]>
  isConfirmedNow: Ref<boolean>
  isStoredHereNow: Ref<boolean>
  isOutdatedNow: Ref<boolean>
  newsWayNow: Ref<NewsWay | null>
  /** The matters that are open. */
  focused: string[]
  now: Ref<number>
  isOnline: Ref<boolean>
  isStale: Ref<boolean>
  lastSync: Ref<number | null>
  /** How old the rows are, in milliseconds. */
  ageNow: Ref<number | null>
  /** The next change is refused with this by the server; `conflictId` names what then waits for a choice. */
  refuseNext: (problem: SettledProblem, conflictId?: string) => void
  /** What others did. */
  tellRemote: (changes: RemoteChange[]) => void
  /** How an own change of an earlier page ended. */
  tellSettled: (change: SettledChange) => void
}

/** A board without a server: changes are applied by the real rules and settle at once. */
export function fakeKanban({ matters = [], me = PEOPLE.partner, board = buildBoard(), members = Object.values(PEOPLE) }: {
  matters?: Matter[]
  me?: Member
  board?: Board
  members?: readonly Member[]
} = {}): FakeKanban {
  const rows = shallowRef(matters)
  const asked: Mutation[] = []
  const resolved: FakeKanban['resolved'] = []
  const pendingIds = ref(new Set<string>())
  const isLoading = ref(false)
  const errorNow = shallowRef<{ code: string } | null>(null)
  const conflictsNow = shallowRef<Conflict[]>([])
  const notesNow = shallowRef<MergeNote[]>([])
  const isConfirmedNow = ref(true)
  const isStoredHereNow = ref(true)
  const isOutdatedNow = ref(false)
  const newsWayNow = ref<NewsWay | null>('polling')
  const focused: string[] = []
  const ageNow = ref<number | null>(0)
  /** Own changes, each with the row as it was. */
  const steps = shallowRef<{ step: UndoStep, before: Matter }[]>([])
  const remoteListeners = new Set<(changes: RemoteChange[]) => void>()
  const settledListeners = new Set<(change: SettledChange) => void>()
  const people = new Map(members.map(member => [member.id, member]))
  const context = computed(() => buildContext({ board, actor: me, matters: rows.value, members }))
  let refusal: { problem: SettledProblem, conflictId?: string } | null = null
  let n = 0

  function submit(mutation: Mutation): Submitted {
    asked.push(mutation)
    n++
    const id = mutation.kind === 'comment' ? mutation.args.commentId : mutation.id
    return { id, settled: tell(mutation, refusal ? { ok: false, ...takeRefusal() } : apply(mutation)) }
  }

  function takeRefusal(): { problem: SettledProblem, conflictId?: string } {
    const taken = refusal!
    refusal = null
    return taken
  }

  function apply(mutation: Mutation): Settled {
    const before = rows.value.find(({ id }) => id === mutation.id) ?? null
    const result = applyMutation(before, mutation, context.value)
    if (!result.ok)
      return { ok: false, problem: { message: '', ...result.refusal } }
    setRow(mutation.id, result.deleted ? null : result.matter)
    const change = before && ownChange(mutation, before)
    if (change)
      steps.value = [...steps.value, { step: { key: `k${n}`, cid: 'fake', n, matterId: mutation.id, change }, before }]
    return { ok: true, version: n + 1, merged: false }
  }

  async function tell(mutation: Mutation, settled: Settled): Promise<Settled> {
    const change: SettledChange = { key: `k${n}`, matterId: mutation.id, mutation, at: NOW, settled }
    await Promise.resolve()
    settledListeners.forEach(listener => listener(change))
    return settled
  }

  function setRow(id: string, row: Matter | null): void {
    rows.value = [...rows.value.filter(other => other.id !== id), ...row ? [row] : []]
  }

  function undo(): Submitted | null {
    const last = steps.value.at(-1)
    if (!last)
      return null
    steps.value = steps.value.slice(0, -1)
    const mutation: Mutation = { kind: 'undo', id: last.before.id, args: { n: last.step.n! } }
    asked.push(mutation)
    if (refusal)
      return { id: mutation.id, settled: tell(mutation, { ok: false, ...takeRefusal() }) }
    setRow(last.before.id, last.before)
    return { id: mutation.id, settled: tell(mutation, { ok: true, version: ++n, merged: false }) }
  }

  function resolveConflict(id: string, resolution: Resolution): Submitted | null {
    const conflict = conflictsNow.value.find(candidate => candidate.id === id)
    if (!conflict)
      return null
    resolved.push({ id, resolution })
    conflictsNow.value = conflictsNow.value.filter(candidate => candidate !== conflict)
    const { matterId, mutation } = conflict
    switch (resolution.type) {
      case 'local': return submit({ ...mutation, base: resolution.shown })
      case 'remote': return { id: matterId, settled: Promise.resolve({ ok: true, version: n, merged: false }) }
      case 'merge': return submit({ kind: 'edit', id: matterId, args: resolution.resolvedData, base: resolution.shown })
      default: return resolution satisfies never
    }
  }

  return {
    asked,
    resolved,
    rows,
    pendingIds,
    isLoading,
    errorNow,
    conflictsNow,
    notesNow,
    isConfirmedNow,
    isStoredHereNow,
    isOutdatedNow,
    newsWayNow,
    focused,
    ageNow,
    refuseNext: (problem, conflictId) => refusal = { problem, ...conflictId && { conflictId } },
    tellRemote: changes => remoteListeners.forEach(listener => listener(changes)),
    tellSettled: change => settledListeners.forEach(listener => listener(change)),
    boardId: computed(() => BOARD_ID),
    board: computed(() => ({ id: board.id, name: board.name })),
    columns: computed(() => board.columns),
    matters: computed(() => rows.value),
    matterById: id => rows.value.find(matter => matter.id === id),
    mattersIn: columnId => rows.value.filter(matter => matter.columnId === columnId && !matter.archived).sort(compareRank),
    members: computed(() => people),
    me: computed(() => me),
    timeZone: computed(() => TIME_ZONE),
    now: ref(NOW),
    context,
    loading: computed(() => isLoading.value),
    error: computed(() => errorNow.value),
    version: computed(() => 1),
    lastSync: ref(NOW),
    status: computed(() => ({ state: 'live' as const, since: NOW, via: 'polling' as const })),
    newsWay: computed(() => newsWayNow.value),
    isOnline: ref(true),
    isStale: ref(false),
    pending: computed(() => pendingIds.value),
    pendingUpdates: computed(() => pendingIds.value.size),
    isConfirmed: computed(() => isConfirmedNow.value),
    isStoredHere: computed(() => isStoredHereNow.value),
    isOutdated: computed(() => isOutdatedNow.value),
    moveMatter: (id, args) => submit({ kind: 'move', id, args }),
    editMatter: (id, args, looked) => submit({ kind: 'edit', id, args, ...looked && { base: baseOf(looked) } }),
    createMatter: args => submit({ kind: 'create', id: crypto.randomUUID(), args }),
    deleteMatter: (id, reason) => submit({ kind: 'delete', id, args: { reason } }),
    addComment: (id, body) => submit({ kind: 'comment', id, args: { action: 'add', commentId: crypto.randomUUID(), body } }),
    editComment: (id, commentId, body) => submit({ kind: 'comment', id, args: { action: 'edit', commentId, body } }),
    removeComment: (id, commentId) => submit({ kind: 'comment', id, args: { action: 'remove', commentId } }),
    commentWork: () => [],
    conflicts: computed(() => conflictsNow.value),
    resolveConflict,
    notes: computed(() => notesNow.value),
    readNote: id => notesNow.value = notesNow.value.filter(note => note.id !== id),
    undoStep: computed(() => steps.value.at(-1)?.step ?? null),
    undo,
    onSettled: listener => listenIn(settledListeners, listener),
    onRemoteChange: listener => listenIn(remoteListeners, listener),
    interacting: ref(false),
    focus: (id) => {
      focused.push(id)
      return () => void focused.splice(focused.indexOf(id), 1)
    },
    refresh: async () => {},
    retry: async () => {},
    age: () => ageNow.value,
    pause: () => {},
    resume: () => {},
  }
}

function listenIn<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** What an undo of this would take back; null for what can't be undone. */
function ownChange(mutation: Mutation, before: Matter): OwnChange | null {
  switch (mutation.kind) {
    case 'move': return { kind: 'move', version: null, before: moveStateOf(before) }
    case 'edit': return { kind: 'edit', version: null, before: {}, after: {} }
    case 'delete': return { kind: 'delete', version: null, matter: null }
    case 'create':
    case 'comment':
    case 'undo': return null
    default: return mutation satisfies never
  }
}
