import type { Matter, MatterField } from '#shared/kanban/matter.ts'
import { CONFIDENTIALITIES, PRIORITIES } from '#shared/kanban/matter.ts'
import { isLawyer } from '#shared/kanban/member.ts'
import type { CreateArgs, EditArgs, Mutation, Placement } from '#shared/kanban/mutation.ts'
import type { Looked } from '#shared/sync/outbox-entry.ts'
import type { Resolution } from '#shared/sync/conflict-record.ts'
import { assign, buildDeadline, buildTask, PEOPLE, TODAY } from '../../helpers/builders.ts'
import type { Chance } from '../chance.ts'
import type { Checker } from '../checks/checker.ts'
import { markOf } from './marks.ts'
import type { Schedule } from './schedule.ts'
import type { Tab } from './tab.ts'

const LIKELY = {
  move: 26, title: 16, description: 6, priority: 5, several: 4, tags: 7, tasks: 9, deadlines: 4, assignments: 4, confidentiality: 5,
  comment: 10, create: 6, delete: 4, undo: 9, resolve: 12, readNote: 2,
} as const
type Deed = keyof typeof LIKELY

const COLUMNS = ['intake', 'initial-review', 'in-progress', 'review', 'waiting-client', 'ready-filing', 'closed']

export interface PeopleWorld {
  schedule: Schedule
  checker: Checker
  makeId: () => string
  /** Makes a text that no other is like. */
  makeText: () => string
}

/** What people do at their screens; each deed is chosen from what the screen shows at that moment. */
export interface People {
  act: (tab: Tab, chance: Chance) => void
  /** A matter to begin with. */
  creation: (chance: Chance) => Mutation
}

export function createPeople({ schedule, checker, makeId, makeText }: PeopleWorld): People {
  const written = (id: string) => `${makeText()} ${markOf(id)}`

  function act(tab: Tab, chance: Chance): void {
    const { state } = tab
    if (!tab.isOpen || tab.isFrozen || state.isOutdated || !state.isWhole)
      return
    const deed = chance.weighed(LIKELY)
    const matter = choose(state.view.matters, chance)
    if (deed === 'undo')
      return state.undo.length > 0 ? submit(tab, key => ({ kind: 'undone', key })) : undefined
    if (deed === 'resolve')
      return resolve(tab, chance)
    if (deed === 'readNote')
      return state.notes[0] && tab.tell({ kind: 'noteRead', id: state.notes[0].id })
    if (deed === 'create')
      return submitMutation(tab, creation(chance, tab))
    if (!matter)
      return
    const mutation = mutationFor(deed, matter, tab, chance)
    if (mutation.kind !== 'edit' || chance.likely(0.6))
      return submitMutation(tab, mutation)
    // An editor that was open for a while: what the person looked at is what it opened with.
    const looked = lookedAt(matter, mutation.args)
    const { life } = tab
    schedule.after(chance.between(500, 15_000), () => {
      if (tab.isOpen && tab.life === life && !tab.isFrozen && !tab.state.isOutdated && tab.state.view.byId.has(matter.id))
        submitMutation(tab, mutation, looked)
    })
  }

  function submitMutation(tab: Tab, mutation: Mutation, looked?: Looked): void {
    submit(tab, key => ({ kind: 'submitted', key, mutation, ...(looked && { looked }) }), mutation)
  }

  function submit(tab: Tab, input: (key: string) => Parameters<Tab['tell']>[0], mutation?: Mutation): void {
    const key = makeId()
    checker.submitting(tab, key, mutation ?? null)
    tab.tell(input(key))
  }

  function resolve(tab: Tab, chance: Chance): void {
    const conflict = tab.state.conflicts.length > 0 ? chance.pick(tab.state.conflicts) : undefined
    if (!conflict)
      return
    const title = conflict.fields.find(({ field }) => field === 'title')
    const resolution = chance.pick<Resolution>([
      { type: 'local' }, { type: 'remote' },
      title ? { type: 'merge', resolvedData: { set: { title: written(conflict.matterId) } } } : { type: 'local' },
    ])
    checker.resolving(tab, conflict)
    submit(tab, key => ({ kind: 'resolved', key, conflictId: conflict.id, resolution }))
  }

  function creation(chance: Chance, tab?: Tab): Mutation {
    const id = makeId()
    const me = tab?.state.me
    const args: CreateArgs = {
      columnId: chance.pick(COLUMNS.slice(0, 5)),
      title: written(id),
      clientName: written(id),
      fields: { description: written(id), clientMemberIds: chance.likely(0.5) && (!me || isLawyer(me)) ? [PEOPLE.client.id] : [] },
      assignments: [assign(PEOPLE.associate), ...(chance.likely(0.6) ? [assign(PEOPLE.paralegal, 'PARALEGAL')] : [])],
      tasks: [buildTask({ id: makeId(), title: written(id) })],
      tags: [written(id)],
    }
    return { kind: 'create', id, args }
  }

  function mutationFor(deed: Deed, matter: Matter, { state }: Tab, chance: Chance): Mutation {
    const { id } = matter
    const edit = (args: EditArgs): Mutation => ({ kind: 'edit', id, args })
    switch (deed) {
      case 'move': {
        const columnId = chance.pick(COLUMNS)
        const neighbours = state.view.shown.get(columnId) ?? []
        return { kind: 'move', id, args: { columnId, placement: placeAmong(neighbours, chance), reason: written(id), outcome: 'COMPLETED', confirmed: true } }
      }
      case 'description': return edit({ set: { description: written(id) } })
      case 'priority': return edit({ set: { priority: chance.pick(PRIORITIES) } })
      case 'several': return edit({ set: { title: written(id), clientName: written(id), priority: chance.pick(PRIORITIES) } })
      case 'tags': return edit({ tags: matter.tags.length > 4 ? { remove: [chance.pick(matter.tags)] } : { add: [written(id)] } })
      case 'tasks': return edit({ tasks: listDeed(matter.tasks, chance, () => buildTask({ id: makeId(), title: written(id) }),
        task => ({ ...task, title: written(id) })) })
      case 'deadlines': return edit({ deadlines: listDeed(matter.deadlines, chance, () => buildDeadline({ id: makeId(), title: written(id), date: TODAY }),
        deadline => ({ ...deadline, title: written(id) })) })
      case 'assignments': return edit({ assignments: chance.likely(0.5)
        ? { put: [assign(PEOPLE.paralegal, 'PARALEGAL')] }
        : { remove: [PEOPLE.paralegal.id] } })
      case 'confidentiality': return edit({ set: { confidentiality: chance.pick(CONFIDENTIALITIES) } })
      case 'comment': {
        const known = state.commentsDone.filter(({ matterId, args }) => matterId === id && args.action === 'add')
        const action = known.length > 0 ? chance.pick(['add', 'edit', 'remove'] as const) : 'add'
        const commentId = action === 'add' ? makeId() : chance.pick(known).args.commentId
        return { kind: 'comment', id, args: action === 'remove' ? { action, commentId } : { action, commentId, body: written(id) } }
      }
      case 'delete': return { kind: 'delete', id, args: { reason: makeText() } }
      default: return edit({ set: { title: written(id) } })
    }
  }

  return { act, creation }
}

/** People crowd on a few matters. */
function choose(matters: readonly Matter[], chance: Chance): Matter | undefined {
  if (matters.length === 0)
    return undefined
  return chance.likely(0.6) ? matters[chance.below(Math.min(3, matters.length))] : chance.pick(matters)
}

function placeAmong(neighbours: readonly Matter[], chance: Chance): Placement {
  if (neighbours.length === 0 || chance.likely(0.3))
    return { end: true }
  const { id } = chance.pick(neighbours)
  return chance.likely(0.5) ? { before: id } : { after: id }
}

function listDeed<Item extends { id: string }>(items: readonly Item[], chance: Chance, make: () => Item, change: (item: Item) => Item) {
  const item = items.length > 0 ? chance.pick(items) : undefined
  if (!item || chance.likely(0.3))
    return { put: [make()] }
  return chance.likely(0.7) ? { put: [change(item)] } : { remove: [item.id] }
}

/** What an editor of these fields had before its person's eyes. */
function lookedAt(matter: Matter, { set, tasks, deadlines }: EditArgs): Looked {
  const fields = Object.keys(set ?? {}) as MatterField[]
  const items = (['tasks', 'deadlines'] as const).flatMap(list => ({ tasks, deadlines })[list]?.put?.flatMap(({ id }) => {
    const item = matter[list].find(present => present.id === id)
    return item ? [[`${list}/${id}`, { version: matter.version, value: item }] as const] : []
  }) ?? [])
  return Object.fromEntries([...fields.map(field => [field, { version: matter.version, value: matter[field] }] as const), ...items])
}
