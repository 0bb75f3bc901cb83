import { describe, expect, it } from 'vitest'
import { createSingleProcessBus } from '#server/bus/single-process-bus.ts'
import { createAccountService } from '#server/services/account-service.ts'
import { administrationFor } from '#server/services/administration.ts'
import { ROLES } from '#shared/kanban/member.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { assign, BOARD_ID, personWith } from '~/tests/helpers/builders.ts'
import { openTestFirm } from '~/tests/helpers/test-firm.ts'

const PASSWORD = 'correct horse battery'

async function openOffice() {
  const firm = await openTestFirm()
  const now = () => firm.clock.now
  const accounts = createAccountService({ repository: firm.repository, now })
  const as = (actor: Actor) => administrationFor(actor, { ...firm, accounts, heads: { moved: () => {} }, bus: createSingleProcessBus(), now })
  return { ...firm, accounts, as, office: as(personWith('ADMIN')) }
}

describe('the administration', () => {
  it.each(ROLES.filter(role => role !== 'ADMIN'))('is closed to a %s', async (role) => {
    const { as } = await openOffice()
    expect(() => as(personWith(role))).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
  })
})

describe('members', () => {
  it('are added with a password and sign in at once', async () => {
    const { office, accounts } = await openOffice()
    const ben = await office.createMember({ name: ' Ben Mori ', email: 'ben@firm.example', role: 'CLERK', password: PASSWORD })
    expect(ben).toMatchObject({ name: 'Ben Mori', role: 'CLERK', active: true })
    expect(await office.listMembers()).toContainEqual(ben)
    expect(await accounts.signIn('ben@firm.example', PASSWORD)).not.toBeNull()
  })

  it('are renamed, get another address and another password', async () => {
    const { office, accounts } = await openOffice()
    const ben = await office.createMember({ name: 'Ben', email: 'ben@firm.example', role: 'CLERK', password: PASSWORD })
    const session = (await accounts.signIn('ben@firm.example', PASSWORD))!.sessionId
    await office.updateMember(ben.id, { name: 'Ben Mori', email: 'mori@firm.example', password: 'a quite different one' })
    expect(await accounts.findSession(session)).toBeNull()
    expect(await accounts.signIn('mori@firm.example', 'a quite different one')).toMatchObject({ member: { name: 'Ben Mori' } })
  })

  it('[W1] whose role another administrator changes in the same moment are hidden what they lose under the boards\' locks', async () => {
    const { office, repository } = await openOffice()
    const { id } = personWith('CLERK')
    const { transaction } = repository
    repository.transaction = async (work) => {
      repository.transaction = transaction
      await office.updateMember(id, { role: 'PARTNER' })
      return await transaction(work)
    }
    const before = (await repository.boards.find(BOARD_ID))!.version
    // They were this when it was looked at, and aren't when it is written.
    expect(await office.updateMember(id, { role: 'CLERK' })).toMatchObject({ role: 'CLERK' })
    expect((await repository.boards.find(BOARD_ID))!.version).toBe(before + 2)
  })

  it('can\'t take another\'s address', async () => {
    const { office } = await openOffice()
    await office.createMember({ name: 'Ben', email: 'ben@firm.example', role: 'CLERK', password: PASSWORD })
    await expect(office.updateMember(personWith('CLERK').id, { email: 'BEN@firm.example' })).rejects.toMatchObject({ code: 'EMAIL_TAKEN' })
  })

  it('whose account is closed are out at once', async () => {
    const { office, accounts } = await openOffice()
    const ben = await office.createMember({ name: 'Ben', email: 'ben@firm.example', role: 'CLERK', password: PASSWORD })
    const session = (await accounts.signIn('ben@firm.example', PASSWORD))!.sessionId
    await accounts.findSession(session)
    await office.updateMember(ben.id, { active: false })
    expect(await accounts.findSession(session)).toBeNull()
    await office.updateMember(ben.id, { active: true })
    expect(await accounts.findSession(session)).toBeNull()
    expect(await accounts.signIn('ben@firm.example', PASSWORD)).not.toBeNull()
  })

  it('include an administrator at all times', async () => {
    const { office } = await openOffice()
    const admin = personWith('ADMIN')
    await expect(office.updateMember(admin.id, { role: 'CLERK' })).rejects.toMatchObject({ code: 'LAST_ADMIN' })
    await expect(office.updateMember(admin.id, { active: false })).rejects.toMatchObject({ code: 'LAST_ADMIN' })
    await office.createMember({ name: 'Second', email: 'second@firm.example', role: 'ADMIN', password: PASSWORD })
    await expect(office.updateMember(admin.id, { active: false })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await office.updateMember(admin.id, { role: 'CLERK' })).toMatchObject({ role: 'CLERK' })
  })

  it('who don\'t exist can\'t be changed', async () => {
    const { office } = await openOffice()
    await expect(office.updateMember('01900000-0000-7000-8000-000000000000', { role: 'CLERK' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('[W1] who get another role gain and lose matters on their open screens', async () => {
    const { office, reader, put, repository } = await openOffice()
    const paralegal = personWith('PARALEGAL')
    const restricted = await put({ id: '01900000-0000-7000-8000-0000000000a1', confidentiality: 'RESTRICTED', assignments: [assign(personWith('PARTNER'))] })
    const open = await put({ id: '01900000-0000-7000-8000-0000000000a2', confidentiality: 'NORMAL' })
    const before = await reader.snapshot(paralegal, BOARD_ID)
    expect(before.matters.map(({ id }) => id)).toEqual([open.id])

    await office.updateMember(paralegal.id, { role: 'ASSOCIATE' })
    const lawyer = { ...paralegal, role: 'ASSOCIATE' } as const
    const query = { board: BOARD_ID, epoch: before.epoch, version: before.version, wait: 0, includeDeleted: true }
    const gained = await reader.updates(lawyer, query, { etag: undefined, signal: new AbortController().signal })
    expect(gained).toMatchObject({ kind: 'news', answer: { matters: [{ op: 'put', id: restricted.id }], deleted: [] } })

    const { version } = (await repository.boards.find(BOARD_ID))!
    await office.updateMember(paralegal.id, { role: 'CLERK' })
    const lost = await reader.updates({ ...paralegal, role: 'CLERK' }, { ...query, version }, { etag: undefined, signal: new AbortController().signal })
    expect(lost).toMatchObject({ kind: 'news', answer: { matters: [], deleted: [restricted.id] } })
  })

  it('who are new or have another name are known to open boards at their next poll', async () => {
    const { office, reader } = await openOffice()
    const clerk = personWith('CLERK')
    const { epoch, version } = await reader.snapshot(clerk, BOARD_ID)
    const query = { board: BOARD_ID, epoch, version, wait: 0, includeDeleted: true }
    await office.updateMember(clerk.id, { name: 'Another Name' })
    const renamed = await reader.updates(clerk, query)
    expect(renamed).toMatchObject({ kind: 'news', answer: { members: expect.arrayContaining([expect.objectContaining({ id: clerk.id, name: 'Another Name' })]) } })
    const ben = await office.createMember({ name: 'Ben', email: 'ben@firm.example', role: 'CLERK', password: PASSWORD })
    const joined = await reader.updates(clerk, query)
    expect(joined).toMatchObject({ kind: 'news', answer: { members: expect.arrayContaining([expect.objectContaining({ id: ben.id })]) } })
  })

  it('who stay as they are leave the boards as they are', async () => {
    const { office, repository } = await openOffice()
    const { version } = (await repository.boards.find(BOARD_ID))!
    await office.updateMember(personWith('CLERK').id, { role: 'CLERK', password: PASSWORD })
    expect((await repository.boards.find(BOARD_ID))!.version).toBe(version)
  })
})

describe('boards', () => {
  it('are added by workflow, behind the others', async () => {
    const { office } = await openOffice()
    const board = await office.createBoard({ name: '訴訟', workflow: 'litigation' })
    expect(board).toMatchObject({ name: '訴訟', isDefault: false })
    expect(board.columns.length).toBeGreaterThan(3)
    expect((await office.listBoards()).map(({ id }) => id)).toEqual([BOARD_ID, board.id])
  })

  it('are renamed, and one of them is where everybody lands', async () => {
    const { office, reader } = await openOffice()
    expect(await reader.resolveBoardId()).toBe(BOARD_ID)
    const board = await office.createBoard({ name: 'Second', workflow: 'default' })
    expect(await office.updateBoard(board.id, { name: 'First', isDefault: true })).toMatchObject({ name: 'First', isDefault: true })
    expect((await office.listBoards()).filter(({ isDefault }) => isDefault)).toHaveLength(1)
    expect(await reader.resolveBoardId()).toBe(board.id)
  })

  it('that don\'t exist can\'t be changed', async () => {
    const { office } = await openOffice()
    const nowhere = '01900000-0000-7000-8000-000000000000'
    await expect(office.updateBoard(nowhere, { name: 'X' })).rejects.toMatchObject({ code: 'BOARD_GONE' })
    await expect(office.updateColumn(nowhere, nowhere, { archived: true })).rejects.toMatchObject({ code: 'BOARD_GONE' })
    await expect(office.updateColumn(BOARD_ID, nowhere, { archived: true })).rejects.toMatchObject({ code: 'COLUMN_GONE' })
  })
})

describe('columns', () => {
  it('get names and limits, which readers hear of', async () => {
    const { office, board, reader } = await openOffice()
    const clerk = personWith('CLERK')
    const before = await reader.snapshot(clerk, BOARD_ID)
    const [column] = board.columns
    await office.updateColumn(BOARD_ID, column!.id, { name: { en: 'Inbox', ja: '受信' }, wip: { limit: 5, hard: true } })
    const query = { board: BOARD_ID, epoch: before.epoch, version: before.version, wait: 0, includeDeleted: true }
    const news = await reader.updates(clerk, query, { etag: undefined, signal: new AbortController().signal })
    expect(news).toMatchObject({ kind: 'news', answer: { columns: expect.arrayContaining([expect.objectContaining({ id: column!.id, name: { en: 'Inbox', ja: '受信' }, wip: { limit: 5, hard: true } })]) } })
  })

  it('are put away when nothing is in them, and only then', async () => {
    const { office, board, put } = await openOffice()
    const [used, empty] = board.columns
    await put({ columnId: used!.id })
    await expect(office.updateColumn(BOARD_ID, used!.id, { archived: true })).rejects.toMatchObject({ code: 'COLUMN_IN_USE' })
    const changed = await office.updateColumn(BOARD_ID, empty!.id, { archived: true })
    expect(changed.columns.find(({ id }) => id === empty!.id)?.archived).toBe(true)
  })

  it('that stay as they are write nothing', async () => {
    const { office, board, repository } = await openOffice()
    const { version } = (await repository.boards.find(BOARD_ID))!
    await office.updateColumn(BOARD_ID, board.columns[0]!.id, { wip: board.columns[0]!.wip })
    expect((await repository.boards.find(BOARD_ID))!.version).toBe(version)
  })
})
