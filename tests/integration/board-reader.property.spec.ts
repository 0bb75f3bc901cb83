import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import { matterToWire } from '#server/services/wire.ts'
import type { TestFirm } from '../helpers/test-firm.ts'
import { assign, BOARD_ID, buildId, PEOPLE } from '../helpers/builders.ts'
import { attempt, startRandomCourse } from '../helpers/random-changes.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const MEMBERS = Object.values(PEOPLE)
/** What a reader holds who only ever takes deltas. */
interface Replica {
  member: Member
  version: number
  rows: Map<string, Matter>
}

function replicaOf(member: Member, present: Matter[]): Replica {
  return { member, version: 0, rows: new Map(present.filter(matter => canSee(member, matter)).map(matter => [matter.id, matter])) }
}

function apply(replica: Replica, answer: UpdatesAnswer): void {
  for (const op of answer.matters) {
    const row = op.op === 'put' ? op.matter : { ...replica.rows.get(op.id)!, ...op.fields }
    replica.rows.set(op.id, row)
  }
  answer.deleted.forEach(id => replica.rows.delete(id))
  replica.version = answer.version
}

/** Catches up, and checks that nothing was told that the reader may not know. */
async function follow(firm: TestFirm, replica: Replica): Promise<void> {
  const { member } = replica
  const had = new Set(replica.rows.keys())
  const result = await firm.reader.updates(member, { board: BOARD_ID, epoch: 'epoch-1', version: replica.version, wait: 0, includeDeleted: true })
  if (result.kind === 'reset') {
    expect(result.reason).toBe('pruned')
    const snapshot = await firm.reader.snapshot(member, BOARD_ID)
    replica.rows = new Map(snapshot.matters.map(matter => [matter.id, matter]))
    replica.version = snapshot.version
  }
  else if (result.kind === 'news') {
    expect(result.answer.from).toBe(replica.version)
    expect(result.answer.version).toBeGreaterThan(replica.version)
    for (const op of result.answer.matters)
      expect(op.op).toBe(had.has(op.id) ? 'set' : 'put')
    // Only what the reader had is said to be gone: the rest never was.
    expect(result.answer.deleted.filter(id => !had.has(id))).toEqual([])
    apply(replica, result.answer)
  }
  const snapshot = await firm.reader.snapshot(member, BOARD_ID)
  const floor = (await firm.repository.boards.find(BOARD_ID))!.floor
  // Who stood still while the log was pruned goes on standing there until something happens.
  expect(snapshot.version).toBe(Math.max(replica.version, floor))
  expect(sorted([...replica.rows.values()])).toEqual(sorted(snapshot.matters))
  expect(snapshot.matters.filter(matter => !canSee(member, matter))).toEqual([])
}

function sorted(matters: Matter[]): Matter[] {
  return matters.toSorted((a, b) => a.id < b.id ? -1 : 1)
}

describe('whatever happens on a board', () => {
  it('[R1] [R2] [R3] [P4] each reader who replays deltas, often or seldom, holds what a snapshot shows', async () => {
    let done = 0
    let undone = 0
    await fc.assert(fc.asyncProperty(fc.array(attempt, { minLength: 25, maxLength: 60, size: 'max' }), async (steps) => {
      const firm = await openTestFirm()
      const course = await startRandomCourse(firm)
      const present = await firm.repository.matters.listByBoard(BOARD_ID)
      const eager = MEMBERS.map(member => replicaOf(member, present.map(matterToWire)))
      const lazy = MEMBERS.map(member => replicaOf(member, present.map(matterToWire)))
      for (const [index, step] of steps.entries()) {
        await course.attempt(step)
        for (const replica of eager)
          await follow(firm, replica)
        if (index % 7 === 6) {
          for (const replica of lazy)
            await follow(firm, replica)
        }
      }
      for (const replica of lazy)
        await follow(firm, replica)
      done += course.counts.done
      undone += course.counts.undone
    }), { numRuns: 30, endOnFailure: true })
    // Runs in which everything is refused prove nothing; one such run among thirty is chance.
    expect(done).toBeGreaterThan(30)
    expect(undone).toBeGreaterThan(10)
  })

  it('[P5] what a member may not know of moves neither their version nor their answer', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom('title', 'move', 'comment', 'create', 'delete'), { minLength: 1, maxLength: 12 }), async (kinds) => {
      const firm = await openTestFirm()
      await firm.put()
      const sealed = await firm.put({ confidentiality: 'SEALED', assignments: [assign(PEOPLE.partner)] })
      const readers = MEMBERS.filter(({ id }) => id !== PEOPLE.partner.id)
      const look = () => Promise.all(readers.map(async member => ({
        snapshot: await firm.reader.snapshot(member, BOARD_ID),
        ahead: await firm.reader.updates(member, { board: BOARD_ID, epoch: 'epoch-1', version: 3, wait: 0, includeDeleted: true }),
      })))
      const before = await look()
      for (const [index, kind] of kinds.entries()) {
        const hidden = { ...sealed, id: buildId(0x4000 + index), caseNumber: `S-${index}` }
        await firm.boards.commitBatch(PEOPLE.partner, BOARD_ID, async (batch) => {
          if (kind === 'create')
            batch.create(hidden)
          else if (kind === 'delete')
            batch.remove(buildId(0x4000 + index - 1))
          else
            batch.update({ ...sealed, title: `${kind} ${index}`, ...(kind === 'move' && { columnId: 'review' }) })
        })
      }
      expect(await look()).toEqual(before)
    }), { numRuns: 30, endOnFailure: true })
  })
})
