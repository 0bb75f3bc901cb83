import type { Ref, ShallowRef } from 'vue'
import { computed, ref, shallowRef } from 'vue'
import { applyMutation } from '#shared/kanban/apply-mutation.ts'
import type { Board } from '#shared/kanban/board.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { compareRank } from '#shared/kanban/rank.ts'
import type { RemoteChange } from '#shared/sync/describe-changes.ts'
import type { Settled, SettledProblem, Submitted } from '#shared/sync/submitted.ts'
import type { KanbanView } from '~/composables/useKanban.ts'
import { BOARD_ID, buildBoard, buildContext, NOW, PEOPLE, TIME_ZONE } from './builders.ts'

export interface FakeKanban extends KanbanView {
  /** What was asked of it, in order. */
  asked: Mutation[]
  rows: ShallowRef<Matter[]>
  pendingIds: Ref<Set<string>>
  isLoading: Ref<boolean>
  canUndoNow: Ref<boolean>
  /** The next change is refused with this by the server. */
  refuseNext: (problem: SettledProblem) => void
  /** What others did. */
  tellRemote: (changes: RemoteChange[]) => void
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
  const pendingIds = ref(new Set<string>())
  const isLoading = ref(false)
  const canUndoNow = ref(false)
  const listeners = new Set<(changes: RemoteChange[]) => void>()
  const people = new Map(members.map(member => [member.id, member]))
  const context = computed(() => buildContext({ board, actor: me, matters: rows.value, members }))
  let problem: SettledProblem | null = null
  let lastMoved: Matter | null = null

  function submit(mutation: Mutation): Submitted {
    asked.push(mutation)
    const answer = (settled: Settled): Submitted => ({ id: mutation.id, settled: Promise.resolve(settled) })
    if (problem) {
      const refused = problem
      problem = null
      return answer({ ok: false, problem: refused })
    }
    const before = rows.value.find(({ id }) => id === mutation.id) ?? null
    const result = applyMutation(before, mutation, context.value)
    if (!result.ok)
      return answer({ ok: false, problem: { message: '', ...result.refusal } })
    rows.value = result.deleted ? rows.value.filter(row => row !== before) : [...rows.value.filter(row => row !== before), result.matter]
    if (mutation.kind === 'move') {
      lastMoved = before
      canUndoNow.value = true
    }
    return answer({ ok: true, matter: result.matter, version: 2 })
  }

  function undo(): Submitted | null {
    if (!lastMoved)
      return null
    const before = lastMoved
    lastMoved = null
    canUndoNow.value = false
    rows.value = [...rows.value.filter(({ id }) => id !== before.id), before]
    return { id: before.id, settled: Promise.resolve({ ok: true, matter: before, version: 3 }) }
  }

  return {
    asked,
    rows,
    pendingIds,
    isLoading,
    canUndoNow,
    refuseNext: next => problem = next,
    tellRemote: changes => listeners.forEach(listener => listener(changes)),
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
    error: computed(() => null),
    version: computed(() => 1),
    lastSync: ref(NOW),
    status: computed(() => ({ state: 'live' as const, since: NOW })),
    isOnline: ref(true),
    isStale: ref(false),
    pending: computed(() => pendingIds.value),
    pendingUpdates: computed(() => pendingIds.value.size),
    moveMatter: (id, args) => submit({ kind: 'move', id, args }),
    editMatter: (id, args, base) => submit({ kind: 'edit', id, args, base }),
    createMatter: args => submit({ kind: 'create', id: crypto.randomUUID(), args }),
    deleteMatter: (id, reason) => submit({ kind: 'delete', id, args: { reason } }),
    addComment: (id, body) => submit({ kind: 'comment', id, args: { action: 'add', commentId: crypto.randomUUID(), body } }),
    editComment: (id, commentId, body) => submit({ kind: 'comment', id, args: { action: 'edit', commentId, body } }),
    removeComment: (id, commentId) => submit({ kind: 'comment', id, args: { action: 'remove', commentId } }),
    commentWork: () => [],
    canUndo: computed(() => canUndoNow.value),
    undo,
    onRemoteChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    interacting: ref(false),
    refresh: async () => {},
    pause: () => {},
    resume: () => {},
  }
}
