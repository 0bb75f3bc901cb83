import { describe, expect, it } from 'vitest'
import type { Activity } from '#shared/kanban/activity.ts'
import { linesOfActivity } from '~/composables/useActivityWords.ts'
import { buildDeadline, buildId, buildTask, NOW, PEOPLE } from '../../helpers/builders.ts'

const words = {
  t: (key: string, given?: Record<string, unknown>) => given ? `${key} ${JSON.stringify(given)}` : key,
  day: (date: string) => `day ${date}`,
  due: ({ date }: { date: string }) => `due ${date}`,
  nameOf: (id: string) => Object.values(PEOPLE).find(person => person.id === id)?.name ?? null,
  columnName: (id: string) => id.toUpperCase(),
}

function lines(step: Partial<Activity>): string[] {
  return linesOfActivity({
    id: buildId(1), matterId: buildId(2), version: 1, kind: 'edited', actorId: PEOPLE.partner.id, at: NOW, reason: null, fields: {}, commentId: null, undo: false, ...step,
  }, words)
}

describe('the history in words', () => {
  it.each(['created', 'deleted', 'restored', 'imported', 'commentAdded', 'commentEdited', 'commentRemoved', 'importUndone'] as const)('tells of %s by its kind', (kind) => {
    expect(lines({ kind })).toEqual([`matter.history.${kind}`])
  })

  it('tells where a matter went', () => {
    expect(lines({ kind: 'moved', fields: { columnId: { old: 'intake', new: 'review' }, stageEnteredAt: { old: 1, new: 2 } } }))
      .toEqual(['matter.history.moved {"from":"INTAKE","to":"REVIEW"}'])
    expect(lines({ kind: 'moved', undo: true, fields: { columnId: { old: 'review', new: 'intake' } } }))
      .toEqual(['matter.history.movedBack {"from":"REVIEW","to":"INTAKE"}'])
    expect(lines({ kind: 'moved' })).toEqual(['matter.history.reordered'])
    expect(lines({ kind: 'moved', undo: true })).toEqual(['matter.history.reorderedBack'])
  })

  it('tells with which outcome a matter was closed', () => {
    expect(lines({ kind: 'moved', fields: { columnId: { old: 'review', new: 'closed' }, closeOutcome: { old: null, new: 'WON' } } })[1])
      .toBe('matter.history.closedWith {"outcome":"enums.closeOutcome.WON"}')
  })

  it('tells a field\'s old and new value in the reader\'s words', () => {
    expect(lines({ fields: { priority: { old: 'LOW', new: 'HIGH' } } }))
      .toEqual(['matter.history.changed {"field":"matter.fields.priority","old":"enums.priority.LOW","new":"enums.priority.HIGH"}'])
    expect(lines({ fields: { filedOn: { old: null, new: '2026-11-21' } } })).toEqual(['matter.history.set {"field":"matter.fields.filedOn","new":"day 2026-11-21"}'])
    expect(lines({ fields: { courtName: { old: 'Tokyo', new: null } } })).toEqual(['matter.history.cleared {"field":"matter.fields.courtName","old":"Tokyo"}'])
  })

  it('says of an undone edit that it was undone, and what came back by it', () => {
    expect(lines({ undo: true, fields: { courtName: { old: 'Tokyo', new: null } } }))
      .toEqual(['matter.history.editUndone', 'matter.history.cleared {"field":"matter.fields.courtName","old":"Tokyo"}'])
    expect(lines({ kind: 'restored', undo: true })).toEqual(['matter.history.restored'])
  })

  it('doesn\'t repeat a long description', () => {
    expect(lines({ fields: { description: { old: 'a', new: 'b' } } })).toEqual(['matter.history.description'])
  })

  it('tells what came to a list, went from it, was done and opened again', () => {
    const [kept, gone, fresh] = [1, 2, 3].map(number => buildTask({ id: buildId(number), title: `T${number}` }))
    expect(lines({ fields: { tasks: { old: [kept, gone], new: [{ ...kept!, doneAt: NOW }, fresh] } } })).toEqual([
      'matter.history.task.done {"name":"T1"}', 'matter.history.task.added {"name":"T3"}', 'matter.history.task.removed {"name":"T2"}',
    ])
    expect(lines({ fields: { tasks: { old: [{ ...kept!, doneAt: NOW }], new: [kept] } } })).toEqual(['matter.history.task.reopened {"name":"T1"}'])
    expect(lines({ fields: { tasks: { old: [kept, gone], new: [{ ...kept!, title: 'New' }, gone] } } })).toEqual(['matter.history.task.changed {"name":"New"}'])
    expect(lines({ fields: { tags: { old: ['a'], new: ['b'] } } })).toEqual(['matter.history.tag.added {"name":"b"}', 'matter.history.tag.removed {"name":"a"}'])
    expect(lines({ fields: { tags: { old: null, new: null } } })).toEqual(['matter.history.edited'])
  })

  it('names a deadline by its title or its kind', () => {
    expect(lines({ fields: { deadlines: { old: [], new: [buildDeadline({ title: 'Answer', date: '2026-12-01' })] } } }))
      .toEqual(['matter.history.deadline.added {"name":"Answer, due 2026-12-01"}'])
    expect(lines({ fields: { deadlines: { old: [], new: [buildDeadline({ kind: 'TRIAL', date: '2026-12-01' })] } } }))
      .toEqual(['matter.history.deadline.added {"name":"enums.deadlineKind.TRIAL, due 2026-12-01"}'])
  })

  it('names people', () => {
    const [line] = lines({ fields: { assignments: { old: [], new: [{ memberId: PEOPLE.clerk.id, role: 'CLERK' }] } } })
    expect(line).toContain('Daichi Kato')
    expect(lines({ fields: { clientMemberIds: { old: [], new: ['stranger'] } } })).toEqual(['matter.history.client.added {"name":"matter.someone"}'])
  })

  it('tells of a hold and of a wish to close', () => {
    expect(lines({ fields: { hold: { old: null, new: { since: 1, reason: 'Court closed' } } } })).toEqual(['matter.history.held {"reason":"Court closed"}'])
    expect(lines({ fields: { hold: { old: {}, new: null } } })).toEqual(['matter.history.released'])
    expect(lines({ fields: { closeRequest: { old: null, new: { outcome: 'WON', reason: 'Paid' } } } })[0]).toContain('askedToClose')
    expect(lines({ fields: { closeRequest: { old: {}, new: null } } })).toEqual(['matter.history.requestCleared'])
  })

  it('tells of the archive, and of a column changed by an edit', () => {
    expect(lines({ fields: { archived: { old: false, new: true } } })).toEqual(['matter.history.archived'])
    expect(lines({ fields: { archived: { old: true, new: false } } })).toEqual(['matter.history.unarchived'])
    expect(lines({ kind: 'imported', fields: { columnId: { old: 'intake', new: 'review' } } })).toEqual(['matter.history.imported'])
    expect(lines({ fields: { columnId: { old: 'intake', new: 'review' } } })).toEqual(['matter.history.moved {"from":"INTAKE","to":"REVIEW"}'])
  })

  it('leaves out what no person set', () => {
    expect(lines({ fields: { externalRefs: { old: [], new: [] }, title: { old: 'a', new: 'b' } } })).toHaveLength(1)
  })
})
