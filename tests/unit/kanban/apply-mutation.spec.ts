import { describe, expect, it } from 'vitest'
import type { ApplyResult, MutationContext } from '#shared/kanban/apply-mutation.ts'
import { applyMutation, MOVE_FIELDS, moveStateOf } from '#shared/kanban/apply-mutation.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import { LIMITS, MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { CreateArgs, EditArgs } from '#shared/kanban/mutation.ts'
import { LITIGATION_WORKFLOW } from '#shared/kanban/workflow.ts'
import {
  assign, buildBoard, buildContext, buildDeadline, buildId, buildMatter, buildMatters, buildMember, buildTask, NOW, PEOPLE, TODAY,
} from '../../helpers/builders.ts'

function refusalOf(result: ApplyResult) {
  return result.ok ? 'ok' : result.refusal
}

function matterOf(result: ApplyResult): Matter {
  if (!result.ok)
    throw new Error(`refused: ${JSON.stringify(result.refusal)}`)
  return result.matter
}

describe('creating a matter', () => {
  const id = buildId(0x99)
  const minimal: CreateArgs = { columnId: 'intake', title: 'Trademark filing', clientName: 'Aoba Tea', assignments: [assign(PEOPLE.associate)] }
  const create = (args: Partial<CreateArgs> = {}, context = buildContext()) =>
    applyMutation(null, { kind: 'create', id, args: { ...minimal, ...args } }, context)

  it('fills in what nobody said', () => {
    const result = create()
    expect(result).toMatchObject({ ok: true, deleted: false, changed: MATTER_FIELDS })
    expect(matterOf(result)).toEqual({
      id, boardId: buildBoard().id, caseNumber: '2026-CV-0042', courtCaseNumber: null, courtName: null, title: 'Trademark filing', description: '',
      clientName: 'Aoba Tea', opposingParty: null, practiceArea: null, columnId: 'intake', rank: 'a0', hold: null, waitingOn: null,
      closeOutcome: null, closeRequest: null, priority: 'MEDIUM', confidentiality: 'NORMAL', assignments: [assign(PEOPLE.associate)],
      clientMemberIds: [], deadlines: [], tasks: [], tags: [], openedOn: TODAY, filedOn: null, closedOn: null, externalRefs: [], archived: false,
      commentCount: 0, stageEnteredAt: NOW, createdAt: NOW, createdBy: PEOPLE.partner.id, updatedAt: NOW, updatedBy: PEOPLE.partner.id,
      version: 0, fieldVersions: {},
    } satisfies Matter)
  })

  it('takes what it is given, without space around texts and with each list entry once', () => {
    const [task, deadline] = [buildTask(), buildDeadline()]
    const matter = matterOf(create({
      caseNumber: ' 2026-IP-0007 ',
      title: '  Trademark filing ',
      clientName: ' Aoba Tea ',
      fields: { courtName: ' 東京地方裁判所 ', courtCaseNumber: '  ', practiceArea: 'INTELLECTUAL_PROPERTY', priority: 'URGENT', openedOn: null, waitingOn: undefined },
      tags: [' brand ', 'brand', '', 'JPO'],
      tasks: [task, { ...task, title: 'Search the register' }],
      deadlines: [deadline, deadline],
      externalRefs: [{ source: 'clio', id: '7' }],
    }))
    expect(matter).toMatchObject({
      caseNumber: '2026-IP-0007', title: 'Trademark filing', clientName: 'Aoba Tea', courtName: '東京地方裁判所', courtCaseNumber: null,
      practiceArea: 'INTELLECTUAL_PROPERTY', priority: 'URGENT', openedOn: null, waitingOn: null,
      tags: ['brand', 'JPO'], tasks: [{ ...task, title: 'Search the register' }], deadlines: [deadline], externalRefs: [{ source: 'clio', id: '7' }],
    })
  })

  it('keeps its defaults where a field is there but undefined', () => {
    expect(matterOf(create({ fields: { priority: undefined, description: undefined, confidentiality: undefined } })))
      .toMatchObject({ priority: 'MEDIUM', description: '', confidentiality: 'NORMAL' })
  })

  it('asks the firm for a number by area of law and client', () => {
    const nextCaseNumber: MutationContext['nextCaseNumber'] = ({ practiceArea, clientName }) => `${practiceArea}/${clientName}`
    expect(matterOf(create({ caseNumber: ' ', fields: { practiceArea: 'TAX_AND_REVENUE' } }, buildContext({ nextCaseNumber }))).caseNumber)
      .toBe('TAX_AND_REVENUE/Aoba Tea')
  })

  it('puts it where it is wanted, else at the end', () => {
    const matters = buildMatters(3, { columnId: 'intake' })
    const context = buildContext({ matters })
    expect(matterOf(create({}, context)).rank > matters[2]!.rank).toBe(true)
    expect(matterOf(create({ placement: { before: matters[0]!.id } }, context)).rank < matters[0]!.rank).toBe(true)
  })

  it('is for staff', () => {
    for (const actor of [PEOPLE.associate, PEOPLE.paralegal, PEOPLE.clerk])
      expect(create({}, buildContext({ actor })).ok).toBe(true)
    for (const actor of [PEOPLE.client, PEOPLE.admin])
      expect(refusalOf(create({}, buildContext({ actor })))).toEqual({ code: 'INSUFFICIENT_PERMISSION' })
  })

  it('begins in no column that is closed, gone, archived or full', () => {
    const allowed = ['intake', 'initial-review', 'review', 'waiting-client', 'ready-filing']
    const board = buildBoard({ columns: { 'in-progress': { archived: true }, 'review': { wip: { limit: 1, hard: true } } } })
    const context = buildContext({ board })
    expect(refusalOf(create({ columnId: 'closed' }, context))).toEqual({ code: 'INVALID_TRANSITION', allowed })
    expect(refusalOf(create({ columnId: 'nowhere' }, context))).toEqual({ code: 'COLUMN_GONE', allowed })
    expect(refusalOf(create({ columnId: 'in-progress' }, context))).toEqual({ code: 'COLUMN_GONE', allowed })
    const full = buildContext({ board, matters: buildMatters(1, { columnId: 'review' }) })
    expect(refusalOf(create({ columnId: 'review' }, full))).toEqual({ code: 'WIP_LIMIT', allowed: allowed.filter(key => key !== 'review') })
  })

  it('begins in a critical column only by those who could move it there', () => {
    const board = buildBoard({ template: LITIGATION_WORKFLOW })
    expect(create({ columnId: 'trial' }, buildContext({ board, actor: PEOPLE.associate })).ok).toBe(true)
    const refusal = refusalOf(create({ columnId: 'trial' }, buildContext({ board, actor: PEOPLE.paralegal })))
    expect(refusal).toMatchObject({ code: 'INSUFFICIENT_PERMISSION', field: 'columnId' })
    expect(refusal).not.toMatchObject({ allowed: expect.arrayContaining(['trial']) })
  })

  it('is confidential from the start only by a partner', () => {
    expect(matterOf(create({ fields: { confidentiality: 'SEALED' } })).confidentiality).toBe('SEALED')
    expect(refusalOf(create({ fields: { confidentiality: 'RESTRICTED' } }, buildContext({ actor: PEOPLE.associate }))))
      .toEqual({ code: 'INSUFFICIENT_PERMISSION', field: 'confidentiality' })
  })

  it('opens a matter to a client\'s account only by who may assign people', () => {
    const fields = { clientMemberIds: [PEOPLE.client.id] }
    expect(matterOf(create({ fields }, buildContext({ actor: PEOPLE.associate }))).clientMemberIds).toEqual(fields.clientMemberIds)
    expect(refusalOf(create({ fields }, buildContext({ actor: PEOPLE.clerk }))))
      .toEqual({ code: 'INSUFFICIENT_PERMISSION', field: 'clientMemberIds' })
    expect(matterOf(create({ fields: { clientMemberIds: [] } }, buildContext({ actor: PEOPLE.clerk }))).clientMemberIds).toEqual([])
  })

  it.each<[why: string, args: Partial<CreateArgs>, field: string]>([
    ['no title', { title: '   ' }, 'title'],
    ['a lawyer whom nobody leads', { assignments: [assign(PEOPLE.associate, 'SECONDARY_LAWYER')] }, 'assignments'],
    ['two primary lawyers', { assignments: [assign(PEOPLE.associate), assign(PEOPLE.partner)] }, 'assignments'],
    ['a primary lawyer who is none', { assignments: [assign(PEOPLE.paralegal)] }, 'assignments'],
    ['a client among the assigned', { assignments: [assign(PEOPLE.associate), assign(PEOPLE.client, 'CONSULTANT')] }, 'assignments'],
    ['an administrator among the assigned', { assignments: [assign(PEOPLE.associate), assign(PEOPLE.admin, 'CLERK')] }, 'assignments'],
    ['a stranger among the assigned', { assignments: [assign(PEOPLE.associate), assign({ id: buildId(0xFFF) }, 'CLERK')] }, 'assignments'],
    ['a member of staff as the client', { fields: { clientMemberIds: [PEOPLE.clerk.id] } }, 'clientMemberIds'],
    ['too many tags', { tags: Array.from({ length: LIMITS.tags + 1 }, (_, index) => `tag ${index}`) }, 'tags'],
    ['too many tasks', { tasks: Array.from({ length: LIMITS.tasks + 1 }, (_, index) => buildTask({ id: buildId(index) })) }, 'tasks'],
    ['too many deadlines', { deadlines: Array.from({ length: LIMITS.deadlines + 1 }, (_, index) => buildDeadline({ id: buildId(index) })) }, 'deadlines'],
  ])('with %s is not valid', (_, args, field) => {
    expect(refusalOf(create(args))).toEqual({ code: 'VALIDATION', field })
  })

  it('needs a number from somewhere', () => {
    expect(refusalOf(create({}, buildContext({ nextCaseNumber: () => '' })))).toEqual({ code: 'VALIDATION', field: 'caseNumber' })
  })

  it('assigns nobody whose account is closed', () => {
    const former = buildMember({ active: false })
    expect(refusalOf(create({ assignments: [assign(former)] }, buildContext({ members: [former] })))).toEqual({ code: 'VALIDATION', field: 'assignments' })
  })

  it('names members with the role of a client as its clients', () => {
    expect(matterOf(create({ fields: { clientMemberIds: [PEOPLE.client.id] } })).clientMemberIds).toEqual([PEOPLE.client.id])
  })
})

describe('editing a matter', () => {
  const edit = (matter: Matter, args: EditArgs, context = buildContext()) => applyMutation(matter, { kind: 'edit', id: matter.id, args }, context)

  it('sets fields, clears what may be empty, and says which ones differ', () => {
    const matter = buildMatter({ courtName: 'Osaka District Court', waitingOn: 'client' })
    const result = edit(matter, { set: { title: ' New title ', courtName: '  ', waitingOn: null, description: ' kept as typed ', clientName: matter.clientName } })
    expect(result).toMatchObject({
      ok: true,
      changed: ['courtName', 'title', 'description', 'waitingOn'],
      matter: { title: 'New title', courtName: null, waitingOn: null, description: ' kept as typed ', updatedAt: NOW, updatedBy: PEOPLE.partner.id },
    })
  })

  it('that changes nothing leaves the matter untouched', () => {
    const matter = buildMatter({ tags: ['lease'] })
    const result = edit(matter, { set: { title: matter.title, priority: undefined }, tags: { add: ['lease'] }, assignments: { put: [...matter.assignments] } })
    expect(result).toEqual({ ok: true, matter, changed: [], deleted: false })
    expect(matterOf(result)).toBe(matter)
  })

  it('does not change what it was given', () => {
    const matter = Object.freeze(buildMatter({ tags: Object.freeze(['a']) as string[] }))
    expect(matterOf(edit(matter, { tags: { add: ['b'] }, set: { hold: { reason: 'x' } } })).tags).toEqual(['a', 'b'])
  })

  it.each([['title', '  '], ['caseNumber', ' ']] as const)('never empties the %s', (field, value) => {
    expect(refusalOf(edit(buildMatter(), { set: { [field]: value } }))).toEqual({ code: 'VALIDATION', field })
  })

  it('is for the assigned', () => {
    const args: EditArgs = { set: { title: 'x' } }
    expect(refusalOf(edit(buildMatter(), args, buildContext({ actor: PEOPLE.paralegal })))).toEqual({ code: 'NOT_ASSIGNED', field: 'id' })
    const mine = buildMatter({ assignments: [assign(PEOPLE.associate), assign(PEOPLE.paralegal, 'PARALEGAL')] })
    expect(edit(mine, args, buildContext({ actor: PEOPLE.paralegal })).ok).toBe(true)
    expect(refusalOf(edit(mine, {}, buildContext({ actor: PEOPLE.client })))).toEqual({ code: 'INSUFFICIENT_PERMISSION', field: 'id' })
  })

  it('of a matter that is gone says so', () => {
    expect(refusalOf(applyMutation(null, { kind: 'edit', id: buildId(1), args: {} }, buildContext()))).toEqual({ code: 'MATTER_GONE' })
  })

  describe('what some roles may not', () => {
    const ours = (matter: Partial<Matter> = {}) =>
      buildMatter({ assignments: [assign(PEOPLE.associate), assign(PEOPLE.paralegal, 'PARALEGAL'), assign(PEOPLE.clerk, 'CLERK')], ...matter })
    const as = (actor: typeof PEOPLE[keyof typeof PEOPLE], args: EditArgs, matter = ours()) => {
      const refusal = refusalOf(edit(matter, args, buildContext({ actor })))
      return refusal === 'ok' ? 'ok' : `${refusal.code} ${refusal.field}`
    }

    it('priorities are a lawyer\'s', () => {
      expect(as(PEOPLE.associate, { set: { priority: 'HIGH' } })).toBe('ok')
      expect(as(PEOPLE.paralegal, { set: { priority: 'HIGH' } })).toBe('INSUFFICIENT_PERMISSION priority')
      expect(as(PEOPLE.paralegal, { set: { priority: 'MEDIUM', title: 'x' } })).toBe('ok')
    })

    it('confidentiality is a partner\'s', () => {
      expect(as(PEOPLE.partner, { set: { confidentiality: 'SEALED' } })).toBe('ok')
      expect(as(PEOPLE.associate, { set: { confidentiality: 'RESTRICTED' } })).toBe('INSUFFICIENT_PERMISSION confidentiality')
      expect(as(PEOPLE.associate, { set: { confidentiality: 'NORMAL', title: 'x' } })).toBe('ok')
    })

    it('people are a lawyer\'s to assign', () => {
      expect(as(PEOPLE.associate, { assignments: { put: [assign(PEOPLE.associate2, 'SECONDARY_LAWYER')] } })).toBe('ok')
      expect(as(PEOPLE.paralegal, { assignments: { remove: [PEOPLE.clerk.id] } })).toBe('INSUFFICIENT_PERMISSION assignments')
      expect(as(PEOPLE.clerk, { set: { clientMemberIds: [PEOPLE.client.id] } })).toBe('INSUFFICIENT_PERMISSION clientMemberIds')
      expect(as(PEOPLE.associate, { set: { clientMemberIds: [PEOPLE.client.id] } })).toBe('ok')
      expect(as(PEOPLE.associate, { set: { clientMemberIds: [PEOPLE.paralegal.id] } })).toBe('VALIDATION clientMemberIds')
    })

    it('holds are not a clerk\'s, nor a paralegal\'s where it presses', () => {
      expect(as(PEOPLE.paralegal, { set: { hold: { reason: 'x' } } })).toBe('ok')
      expect(as(PEOPLE.clerk, { set: { hold: { reason: 'x' } } })).toBe('INSUFFICIENT_PERMISSION hold')
      expect(as(PEOPLE.paralegal, { set: { hold: null } }, ours({ priority: 'URGENT' }))).toBe('INSUFFICIENT_PERMISSION hold')
    })

    it('everything of an edit must be theirs', () => {
      expect(as(PEOPLE.paralegal, { set: { title: 'x', priority: 'LOW' } })).toBe('INSUFFICIENT_PERMISSION priority')
      expect(as(PEOPLE.clerk, { tags: { add: ['x'] }, deadlines: { put: [buildDeadline()] } })).toBe('ok')
      expect(as(PEOPLE.admin, { tasks: { put: [buildTask()] } })).toBe('INSUFFICIENT_PERMISSION id')
    })
  })

  describe('a hold', () => {
    it('remembers since when, through a change of its reason, and goes without a trace', () => {
      const matter = matterOf(edit(buildMatter(), { set: { hold: { reason: ' appeal pending ' } } }))
      expect(matter.hold).toEqual({ reason: 'appeal pending', since: NOW })
      const later = matterOf(edit(matter, { set: { hold: { reason: 'settlement talks' } } }, buildContext({ now: NOW + 1_000 })))
      expect(later.hold).toEqual({ reason: 'settlement talks', since: NOW })
      expect(matterOf(edit(later, { set: { hold: null } })).hold).toBeNull()
    })

    it('wants a reason', () => {
      expect(refusalOf(edit(buildMatter(), { set: { hold: { reason: ' ' } } }))).toEqual({ code: 'REASON_REQUIRED', field: 'hold.reason' })
    })
  })

  describe('a request to close', () => {
    const wish = { outcome: 'SETTLED', reason: ' paid in full ' } as const
    const request = { by: PEOPLE.associate.id, at: NOW - 1, outcome: 'SETTLED', reason: 'paid' } as const

    it('is an assigned associate\'s to make and keeps who asked and when', () => {
      const result = edit(buildMatter(), { set: { closeRequest: wish } }, buildContext({ actor: PEOPLE.associate }))
      expect(matterOf(result).closeRequest).toEqual({ outcome: 'SETTLED', reason: 'paid in full', by: PEOPLE.associate.id, at: NOW })
      expect(refusalOf(edit(buildMatter(), { set: { closeRequest: wish } }, buildContext({ actor: PEOPLE.associate2 }))))
        .toEqual({ code: 'NOT_ASSIGNED', field: 'closeRequest' })
      expect(refusalOf(edit(buildMatter(), { set: { closeRequest: wish } }, buildContext({ actor: PEOPLE.paralegal }))))
        .toEqual({ code: 'INSUFFICIENT_PERMISSION', field: 'closeRequest' })
    })

    it('is taken back by who made it or cleared by a partner', () => {
      const matter = buildMatter({ closeRequest: request, assignments: [assign(PEOPLE.associate), assign(PEOPLE.associate2, 'SECONDARY_LAWYER')] })
      const clear = (actor: typeof PEOPLE[keyof typeof PEOPLE]) => refusalOf(edit(matter, { set: { closeRequest: null } }, buildContext({ actor })))
      expect(clear(PEOPLE.associate)).toBe('ok')
      expect(clear(PEOPLE.partner)).toBe('ok')
      expect(clear(PEOPLE.associate2)).toEqual({ code: 'INSUFFICIENT_PERMISSION', field: 'closeRequest' })
    })

    it('wants a reason', () => {
      expect(refusalOf(edit(buildMatter(), { set: { closeRequest: { ...wish, reason: ' ' } } }))).toEqual({ code: 'REASON_REQUIRED', field: 'closeRequest.reason' })
    })

    it('declines only what is still pending, and closes nothing twice', () => {
      const declined = { set: { closeRequest: { ...wish, outcome: 'DECLINED' } } } as const
      expect(refusalOf(edit(buildMatter({ columnId: 'intake' }), declined))).toBe('ok')
      expect(refusalOf(edit(buildMatter(), declined))).toEqual({ code: 'VALIDATION', field: 'closeRequest.outcome' })
      expect(refusalOf(edit(buildMatter({ columnId: 'closed' }), { set: { closeRequest: wish } }))).toEqual({ code: 'VALIDATION', field: 'closeRequest' })
    })

    it('stands in nobody\'s way: other fields of the matter can be edited', () => {
      const matter = buildMatter({ columnId: 'closed', closeRequest: { ...request, outcome: 'DECLINED' } })
      expect(refusalOf(edit(matter, { set: { title: 'x' } }))).toBe('ok')
    })
  })

  describe('lists', () => {
    it('add and remove tags, each standing once', () => {
      const matter = buildMatter({ tags: ['lease', 'Tokyo', 'appeal'] })
      expect(matterOf(edit(matter, { tags: { add: [' 賃貸借 ', 'lease', '賃貸借', ' '], remove: ['Tokyo'] } })).tags).toEqual(['lease', 'appeal', '賃貸借'])
      expect(matterOf(edit(matter, { tags: { add: ['Tokyo'], remove: ['Tokyo'] } })).tags).toEqual(['lease', 'appeal', 'Tokyo'])
    })

    it('put tasks and deadlines by id: in place where they were, else at the end', () => {
      const [a, b, c] = [1, 2, 3].map(number => buildTask({ id: buildId(number), title: `task ${number}` }))
      const done = { ...a!, doneAt: NOW }
      expect(matterOf(edit(buildMatter({ tasks: [a!, b!] }), { tasks: { put: [c!, done] } })).tasks).toEqual([done, b, c])
      expect(matterOf(edit(buildMatter({ tasks: [a!, b!] }), { tasks: { remove: [a!.id, 'unknown'] } })).tasks).toEqual([b])
      const deadline = buildDeadline()
      const result = edit(buildMatter({ deadlines: [deadline] }), { deadlines: { put: [{ ...deadline, doneAt: NOW }] } })
      expect(result).toMatchObject({ ok: true, changed: ['deadlines'], matter: { deadlines: [{ id: deadline.id, doneAt: NOW }] } })
    })

    it('make the primary lawyer before secondary', () => {
      const matter = buildMatter({ assignments: [assign(PEOPLE.associate), assign(PEOPLE.clerk, 'CLERK')] })
      expect(matterOf(edit(matter, { assignments: { put: [assign(PEOPLE.partner)] } })).assignments)
        .toEqual([assign(PEOPLE.associate, 'SECONDARY_LAWYER'), assign(PEOPLE.clerk, 'CLERK'), assign(PEOPLE.partner)])
    })

    it('let nobody lead what no lawyer has taken on, and the first lawyer lead it', () => {
      const untaken = buildMatter({ assignments: [assign(PEOPLE.clerk, 'CLERK')] })
      expect(matterOf(edit(untaken, { assignments: { put: [assign(PEOPLE.paralegal, 'PARALEGAL')] } })).assignments).toHaveLength(2)
      expect(matterOf(edit(untaken, { assignments: { put: [assign(PEOPLE.associate)] } })).assignments).toEqual([assign(PEOPLE.clerk, 'CLERK'), assign(PEOPLE.associate)])
      expect(refusalOf(edit(untaken, { assignments: { put: [assign(PEOPLE.associate, 'SECONDARY_LAWYER')] } }))).toEqual({ code: 'VALIDATION', field: 'assignments' })
    })

    it('never lose the primary lawyer', () => {
      expect(refusalOf(edit(buildMatter(), { assignments: { remove: [PEOPLE.associate.id] } }))).toEqual({ code: 'VALIDATION', field: 'assignments' })
      expect(refusalOf(edit(buildMatter(), { assignments: { put: [assign(PEOPLE.associate, 'CONSULTANT')] } }))).toEqual({ code: 'VALIDATION', field: 'assignments' })
    })

    it('keep a former colleague where they are, and add none', () => {
      const former = buildMember({ active: false })
      const members = [...Object.values(PEOPLE), former]
      const matter = buildMatter({ assignments: [assign(PEOPLE.associate), assign(former, 'CONSULTANT')] })
      expect(edit(matter, { assignments: { put: [assign(PEOPLE.clerk, 'CLERK')] } }, buildContext({ members })).ok).toBe(true)
      expect(refusalOf(edit(buildMatter(), { assignments: { put: [assign(former, 'CLERK')] } }, buildContext({ members })))).toMatchObject({ code: 'VALIDATION' })
    })

    it('end at their limits', () => {
      const members = Array.from({ length: LIMITS.assignments + 1 }, (_, index) => buildMember({ id: buildId(0x500 + index) }))
      const put = members.map((member, index) => assign(member, index === 0 ? 'PRIMARY_LAWYER' : 'CONSULTANT'))
      expect(refusalOf(edit(buildMatter(), { assignments: { put } }, buildContext({ members })))).toEqual({ code: 'VALIDATION', field: 'assignments' })
    })
  })
})

describe('deleting a matter', () => {
  it('is a partner\'s', () => {
    const matter = buildMatter()
    const remove = (actor: typeof PEOPLE[keyof typeof PEOPLE]) => applyMutation(matter, { kind: 'delete', id: matter.id, args: {} }, buildContext({ actor }))
    expect(remove(PEOPLE.partner)).toEqual({
      ok: true, matter: { ...matter, updatedAt: NOW, updatedBy: PEOPLE.partner.id }, changed: [], deleted: true,
    })
    expect(refusalOf(remove(PEOPLE.associate))).toEqual({ code: 'INSUFFICIENT_PERMISSION' })
  })
})

describe('commenting on a matter', () => {
  const comment = (action: 'add' | 'edit' | 'remove', matter: Matter, actor = PEOPLE.partner as typeof PEOPLE[keyof typeof PEOPLE]) =>
    applyMutation(matter, { kind: 'comment', id: matter.id, args: action === 'remove' ? { action, commentId: 'c' } : { action, commentId: 'c', body: 'x' } }, buildContext({ actor }))

  it.each([['add', 2, 3], ['edit', 2, 2], ['remove', 2, 1], ['remove', 0, 0]] as const)('%s turns a count of %d into %d and tells readers to look again', (action, before, after) => {
    expect(comment(action, buildMatter({ commentCount: before }))).toMatchObject({ ok: true, changed: ['commentCount'], matter: { commentCount: after, updatedAt: NOW } })
  })

  it('is for the assigned', () => {
    expect(refusalOf(comment('add', buildMatter(), PEOPLE.clerk))).toEqual({ code: 'NOT_ASSIGNED' })
    expect(refusalOf(comment('add', buildMatter(), PEOPLE.client))).toEqual({ code: 'INSUFFICIENT_PERMISSION' })
  })
})

describe('what an undo remembers', () => {
  it('is what a move sets, and nothing else', () => {
    const matter = buildMatter()
    const state = moveStateOf(matter)
    expect(Object.keys(state).sort()).toEqual([...MOVE_FIELDS].sort())
    expect(matter).toMatchObject(state)
  })
})
