import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { LIMITS } from '#shared/kanban/matter.ts'
import {
  commentRequestSchema, createRequestSchema, deadlineSchema, deleteRequestSchema, editRequestSchema, idSchema, loginRequestSchema, moveRequestSchema,
  snapshotQuerySchema, taskSchema, updatesQuerySchema,
} from '#shared/protocol/messages.ts'
import { buildDeadline, buildId, buildTask } from '../../helpers/builders.ts'

/** The dotted path of the first thing that is wrong, or `ok`. */
function firstIssue(schema: z.ZodType, value: unknown): string {
  const parsed = schema.safeParse(value)
  return parsed.success ? 'ok' : parsed.error.issues[0]!.path.join('.')
}

describe('ids', () => {
  it.each([
    [buildId(1), true], ['01900000-0000-7000-8000-00000000000A', false], ['01900000000070008000000000000001', false], ['', false], [7, false], [null, false],
  ])('%s is one: %s', (value, answer) => {
    expect(idSchema.safeParse(value).success).toBe(answer)
  })
})

describe('a deadline on the wire', () => {
  const { id, kind, date } = buildDeadline()

  it('fills in what it need not say', () => {
    expect(deadlineSchema.parse({ id, kind, date })).toEqual(buildDeadline())
  })

  it.each<[why: string, patch: Record<string, unknown>, path: string]>([
    ['a day that never was', { date: '2026-02-30' }, 'date'],
    ['a date with a time in it', { date: '2026-02-03T10:00' }, 'date'],
    ['an hour that never was', { time: '24:00' }, 'time'],
    ['a time with seconds', { time: '10:00:00' }, 'time'],
    ['a zone that is none', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['an unknown kind', { kind: 'PARTY' }, 'kind'],
    ['a moment before all time', { doneAt: -1 }, 'doneAt'],
    ['half a millisecond', { doneAt: 0.5 }, 'doneAt'],
    ['a long title', { title: 'x'.repeat(LIMITS.deadlineTitle + 1) }, 'title'],
    ['a field of its own', { colour: 'red' }, ''],
  ])('with %s is refused', (_, patch, path) => {
    expect(firstIssue(deadlineSchema, { ...buildDeadline(), ...patch })).toBe(path)
  })

  it('takes any zone that the machine knows', () => {
    expect(firstIssue(deadlineSchema, { ...buildDeadline(), time: '09:30', timeZone: 'Asia/Tokyo' })).toBe('ok')
  })
})

describe('creating on the wire', () => {
  it('needs a title alone', () => {
    expect(createRequestSchema.parse({ title: ' Lease ' })).toEqual({ title: 'Lease', clientName: '' })
    expect(firstIssue(createRequestSchema, {})).toBe('title')
    expect(firstIssue(createRequestSchema, { title: '   ' })).toBe('title')
  })

  it.each<[field: string, value: unknown]>([
    ['title', 'x'.repeat(LIMITS.title + 1)], ['clientName', 'x'.repeat(LIMITS.clientName + 1)], ['description', 'x'.repeat(LIMITS.description + 1)],
    ['priority', 'ASAP'], ['practiceArea', 'LAW'], ['confidentiality', 'SECRET'], ['board', 'default'], ['position', -1], ['position', 1.5],
    ['hold', { reason: 'x' }], ['closeRequest', { outcome: 'WON', reason: 'x' }], ['archived', true],
    ['tags', Array.from({ length: LIMITS.tags + 1 }, String)], ['openedOn', 'yesterday'], ['clientMemberIds', ['me']],
  ])('refuses this %s', (field, value) => {
    expect(firstIssue(createRequestSchema, { title: 'x', [field]: value }).split('.')[0]).toBe(field)
  })

  it('allows values at their limits', () => {
    expect(firstIssue(createRequestSchema, {
      title: 'あ'.repeat(LIMITS.title), description: 'x'.repeat(LIMITS.description), tags: Array.from({ length: LIMITS.tags }, String),
    })).toBe('ok')
  })
})

describe('editing on the wire', () => {
  it('takes a list as it shall be, or what changes in it', () => {
    expect(firstIssue(editRequestSchema, { tags: ['a'], tasks: [buildTask()], deadlines: [buildDeadline()], assignments: [] })).toBe('ok')
    expect(firstIssue(editRequestSchema, { tags: { add: ['a'], remove: ['b'] }, tasks: { put: [buildTask()], remove: [buildId(4)] } })).toBe('ok')
    expect(firstIssue(editRequestSchema, { tags: { replace: ['a'] } })).toBe('tags')
  })

  it('may clear what may be empty, and nothing else', () => {
    expect(firstIssue(editRequestSchema, { courtName: null, waitingOn: null, hold: null, closeRequest: null, practiceArea: null })).toBe('ok')
    expect(firstIssue(editRequestSchema, { title: null })).toBe('title')
    expect(firstIssue(editRequestSchema, { description: null })).toBe('description')
  })

  it('names the versions that the person looked at', () => {
    expect(editRequestSchema.parse({ title: 'x', base: { title: 7 } })).toEqual({ title: 'x', base: { title: 7 } })
    expect(firstIssue(editRequestSchema, { base: { title: -1 } })).toBe('base.title')
  })

  it('refuses what no matter has', () => {
    expect(editRequestSchema.safeParse({ columnId: buildId(1) }).success).toBe(false)
    expect(editRequestSchema.safeParse({ rank: 'a0' }).success).toBe(false)
  })

  it('holds tasks to their titles', () => {
    expect(firstIssue(taskSchema, { id: buildId(1), title: ' ' })).toBe('title')
    expect(taskSchema.parse({ id: buildId(1), title: ' Call ' })).toEqual({ id: buildId(1), title: 'Call', doneAt: null })
  })
})

describe('moving on the wire', () => {
  it('names one place at most', () => {
    expect(firstIssue(moveRequestSchema, { column: 'review' })).toBe('ok')
    expect(firstIssue(moveRequestSchema, { column: 'review', before: buildId(1) })).toBe('ok')
    expect(firstIssue(moveRequestSchema, { column: 'review', before: buildId(1), after: buildId(2) })).toBe('position')
    expect(firstIssue(moveRequestSchema, { column: 'review', position: 0, after: buildId(2) })).toBe('position')
  })

  it.each<[path: string, value: unknown]>([
    ['column', ''], ['outcome', 'VICTORY'], ['confirmed', 'yes'], ['undoOf', 0], ['reason', 'x'.repeat(LIMITS.reason + 1)], ['before', 'first'], ['position', 1e9],
  ])('refuses this %s', (path, value) => {
    expect(firstIssue(moveRequestSchema, { column: 'review', [path]: value })).toBe(path)
  })

  it('deletes with or without a reason', () => {
    expect(firstIssue(deleteRequestSchema, {})).toBe('ok')
    expect(firstIssue(deleteRequestSchema, { reason: 7 })).toBe('reason')
  })
})

describe('other requests', () => {
  it('comments with words', () => {
    expect(commentRequestSchema.parse({ body: ' agreed ' })).toEqual({ body: 'agreed' })
    expect(firstIssue(commentRequestSchema, { body: ' \n ' })).toBe('body')
    expect(firstIssue(commentRequestSchema, { body: 'x'.repeat(LIMITS.comment + 1) })).toBe('body')
  })

  it('sign in with a password as it is typed', () => {
    expect(loginRequestSchema.parse({ email: ' a@b.test ', password: ' secret ' })).toEqual({ email: 'a@b.test', password: ' secret ' })
    expect(firstIssue(loginRequestSchema, { email: 'a@b.test', password: '' })).toBe('password')
  })

  it('[R6] poll with nothing but an address', () => {
    expect(snapshotQuerySchema.parse({})).toEqual({})
    expect(updatesQuerySchema.parse({})).toEqual({ version: 0, wait: 0, includeDeleted: true })
    expect(updatesQuerySchema.parse({ version: '17', wait: '2.5', includeDeleted: 'false' })).toEqual({ version: 17, wait: 2.5, includeDeleted: false })
  })

  it.each([{ version: '-1' }, { version: '1.5' }, { version: 'x' }, { version: '1e400' }, { wait: '26' }, { wait: '-1' }, { board: 'x' }, { includeDeleted: 'perhaps' }])(
    'refuses the poll %o', (query) => {
      expect(updatesQuerySchema.safeParse(query).success).toBe(false)
    })
})

describe('whatever is sent', () => {
  const schemas = {
    createRequestSchema, editRequestSchema, moveRequestSchema, commentRequestSchema, deleteRequestSchema, loginRequestSchema, updatesQuerySchema,
  }

  it.each(Object.entries(schemas))('%s answers without failing', (_, schema) => {
    const keys = fc.constantFrom('title', 'tags', 'tasks', 'deadlines', 'assignments', 'base', 'column', 'position', 'version', 'wait', 'body', 'email', '__proto__')
    const bodies = fc.oneof(fc.jsonValue(), fc.dictionary(keys, fc.jsonValue()))
    fc.assert(fc.property(bodies, (body) => {
      expect(typeof schema.safeParse(body).success).toBe('boolean')
    }))
  })
})
