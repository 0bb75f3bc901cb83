import fc from 'fast-check'
import { expect } from 'vitest'
import type { Actor } from '#shared/kanban/member.ts'
import { CONFIDENTIALITIES } from '#shared/kanban/matter.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { assign, BOARD_ID, buildId, buildMember, NOW, PEOPLE } from './builders.ts'
import type { TestFirm } from './test-firm.ts'

const MEMBERS = Object.values(PEOPLE)
/** A second client, who comes to the firm with the course: what one of them knows is none of the other's business. */
export const OTHER_CLIENT = buildMember({ id: buildId(0xA9), name: 'Hiro Abe', role: 'CLIENT' })
/** By how much a step says, whose matters it makes them. */
const CLIENTS = [[], [OTHER_CLIENT.id], [PEOPLE.client.id], [PEOPLE.client.id, OTHER_CLIENT.id]]
const LAWYERS = [PEOPLE.partner, PEOPLE.partner2, PEOPLE.associate]
const COLUMNS = ['intake', 'initial-review', 'in-progress', 'review', 'closed']
const FIRST_ID = 0x2000

/** One thing that somebody tries on a board; `matter` counts among all that ever were. */
export const attempt = fc.record({
  actor: fc.constantFrom(...MEMBERS, PEOPLE.partner, PEOPLE.partner, PEOPLE.partner, PEOPLE.partner2, PEOPLE.associate),
  matter: fc.nat(7),
  other: fc.nat(7),
  kind: fc.constantFrom('create', 'move', 'title', 'classify', 'classify', 'assign', 'unassign', 'clients', 'delete', 'undo', 'undo', 'comment', 'prune'),
  column: fc.constantFrom(...COLUMNS),
  confidentiality: fc.constantFrom(...CONFIDENTIALITIES),
  member: fc.constantFrom(...MEMBERS),
  lawyer: fc.constantFrom(...LAWYERS),
  text: fc.string({ minLength: 1, maxLength: 8 }),
})
export type Attempt = typeof attempt extends fc.Arbitrary<infer Value> ? Value : never

/** A firm on which random things are tried, one after another. */
export interface RandomCourse {
  /** Tries it; refusals are part of the course. */
  attempt: (step: Attempt) => Promise<void>
  /** What was done, and taken back, so far. */
  readonly counts: { done: number, undone: number }
}

/** Begins with a matter for each of three lawyers. */
export async function startRandomCourse(firm: TestFirm): Promise<RandomCourse> {
  await firm.repository.accounts.insertMember({ ...OTHER_CLIENT, email: 'other@firm.example', locale: null, transport: null, createdAt: NOW })
  for (const [index, lawyer] of LAWYERS.entries())
    await firm.put({ id: buildId(FIRST_ID + index), assignments: [assign(lawyer)] })
  const made: { actor: Actor, id: string, version: number }[] = []
  const counts = { done: 0, undone: 0 }
  let matters = LAWYERS.length
  let outboxes = 0

  /** One of the last changes, a deletion among them sooner or later, taken back by who made it. */
  async function undo(step: Attempt): Promise<void> {
    const change = made.splice(-1 - step.other % 4, 1)[0]
    if (!change)
      return
    const item = { n: 1, mutation: { kind: 'undo' as const, id: change.id, args: { version: change.version } }, field: null }
    const { status } = await firm.boards.commitNumbered({ actor: change.actor, boardId: BOARD_ID, cid: `outbox-${++outboxes}`, item })
    counts.undone += status === 'ok' ? 1 : 0
  }

  return {
    counts,
    async attempt(step) {
      if (step.kind === 'prune')
        return void await firm.repository.log.prune(BOARD_ID, { before: 0, keep: 4 + step.matter })
      if (step.kind === 'undo')
        return await undo(step)
      const mutation = toMutation(step, matters)
      const committed = await firm.commit(step.actor, mutation).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Problem)
        return null
      })
      if (!committed)
        return
      matters += mutation.kind === 'create' ? 1 : 0
      counts.done++
      made.push({ actor: step.actor, id: mutation.id, version: committed.version })
    },
  }
}

function toMutation(step: Attempt, count: number): Mutation {
  const id = buildId(FIRST_ID + step.matter % count)
  switch (step.kind) {
    case 'create': return {
      kind: 'create',
      id: buildId(FIRST_ID + count),
      args: { columnId: step.column, title: 'Lease', clientName: '', assignments: [assign(step.lawyer)], fields: { confidentiality: step.confidentiality } },
    }
    case 'move': return {
      kind: 'move', id, args: { columnId: step.column, placement: { before: buildId(FIRST_ID + step.other % count) }, reason: 'why', confirmed: true, outcome: 'COMPLETED' },
    }
    case 'classify': return { kind: 'edit', id, args: { set: { confidentiality: step.confidentiality } } }
    case 'assign': return { kind: 'edit', id, args: { assignments: { put: [assign(step.member, 'CONSULTANT')] } } }
    case 'unassign': return { kind: 'edit', id, args: { assignments: { remove: [step.member.id] } } }
    case 'clients': return { kind: 'edit', id, args: { set: { clientMemberIds: CLIENTS[step.text.length % CLIENTS.length] } } }
    case 'delete': return { kind: 'delete', id, args: {} }
    case 'comment': return { kind: 'comment', id, args: { action: 'add', commentId: buildId(0x30000 + count * 100 + step.matter * 10 + step.other), body: step.text } }
    default: return { kind: 'edit', id, args: { set: { title: `T ${step.text}`, priority: step.text.length > 4 ? 'HIGH' : 'LOW' } } }
  }
}
