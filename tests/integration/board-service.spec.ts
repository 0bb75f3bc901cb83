import { describe, expect, it } from 'vitest'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { assign, BOARD_ID, buildComment, buildId, buildMove, buildTask, NOW, PEOPLE } from '../helpers/builders.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const { partner, associate, associate2, paralegal, clerk, client, admin } = PEOPLE

function create(args: Partial<(Mutation & { kind: 'create' })['args']> = {}, id = buildId(0x9001)): Mutation {
  return {
    kind: 'create',
    id,
    args: { columnId: 'intake', title: 'Lease', clientName: 'Hoshino', assignments: [assign(partner)], ...args },
  }
}
const retitle = (id: string, title: string, base?: Record<string, number>): Mutation => ({ kind: 'edit', id, args: { set: { title } }, base })

describe('committing a mutation', () => {
  it('[P2] gives each the next version, and the matter that version', async () => {
    const { commit } = await openTestFirm()
    const { version, matter } = await commit(partner, create())
    expect(version).toBe(1)
    expect(matter).toMatchObject({ version: 1, caseNumber: '2026-CV-0001', createdBy: partner.id })
    expect(await commit(partner, retitle(matter!.id, 'Other'))).toMatchObject({ version: 2, matter: { version: 2, title: 'Other' } })
  })

  it('[P2] numbers many at once without gaps', async () => {
    const { commit, put } = await openTestFirm()
    const matters = [await put(), await put(), await put(), await put()]
    const done = await Promise.all(matters.map(({ id }) => commit(partner, retitle(id, `Title ${id}`))))
    expect(done.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4])
  })

  it('[P3] stamps each changed field with version and member', async () => {
    const { commit, put } = await openTestFirm()
    const { id } = await put()
    await commit(partner, retitle(id, 'Other'))
    const { matter } = await commit(associate, { kind: 'edit', id, args: { tags: { add: ['urgent'] } } })
    expect(matter!.fieldVersions).toEqual({
      title: { v: 1, cid: null, n: null, by: partner.id, at: NOW },
      tags: { v: 2, cid: null, n: null, by: associate.id, at: NOW },
    })
  })

  it('[X1] keeps two people from writing over one item of a list, and lets them work on two', async () => {
    const { commit, put } = await openTestFirm()
    const [a, b] = [buildTask({ id: buildId(1), title: 'Call' }), buildTask({ id: buildId(2), title: 'File' })]
    const { id } = await put({ tasks: [a, b] })
    const rename = (task: typeof a, title: string): Mutation =>
      ({ kind: 'edit', id, args: { tasks: { put: [{ ...task, title }] } }, base: { [`tasks/${task.id}`]: 0 } })
    await commit(partner, rename(a, 'Ring'))
    await expect(commit(associate, rename(a, 'Write'))).rejects.toMatchObject({
      code: 'CONFLICT', details: { conflicts: [{ field: `tasks/${a.id}`, version: 1, value: { title: 'Ring' }, by: partner.id }] },
    })
    const { matter } = await commit(associate, rename(b, 'Send'))
    expect(matter!.tasks.map(({ title }) => title)).toEqual(['Ring', 'Send'])
    const { matter: shorter } = await commit(partner, { kind: 'edit', id, args: { tasks: { remove: [a.id] } } })
    expect(shorter!.fieldVersions).not.toHaveProperty([`tasks/${a.id}`])
  })

  it('[P4] logs what changed, and nothing of what was refused or changed nothing', async () => {
    const { commit, put, repository } = await openTestFirm()
    const { id } = await put({ title: 'Lease' })
    await commit(partner, retitle(id, 'Other'))
    await expect(commit(client, retitle(id, 'Mine'))).rejects.toMatchObject({ code: 'MATTER_GONE' })
    await expect(commit(paralegal, retitle(id, 'Mine'))).rejects.toMatchObject({ code: 'NOT_ASSIGNED' })
    expect(await commit(partner, retitle(id, 'Other'))).toMatchObject({ version: 1 })
    expect(await repository.log.changesAfter(BOARD_ID, 0)).toEqual([{ version: 1, matterId: id, by: partner.id, cid: null }])
    expect(await repository.boards.find(BOARD_ID)).toMatchObject({ version: 1 })
    expect(await repository.activity.listByMatter(id, 9)).toHaveLength(1)
  })

  it('[W3] answers for a hidden matter exactly as for a missing one', async () => {
    const { commit, put } = await openTestFirm()
    const hidden = await put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    const problems = await Promise.all([hidden.id, buildId(0x9999)].map(id => commit(associate, retitle(id, 'x')).catch(problem => problem.toBody())))
    expect(problems[0]).toEqual(problems[1])
    expect(problems[0]).toMatchObject({ code: 'MATTER_GONE' })
  })

  it('[W3] counts for a hard limit what the actor sees', async () => {
    const { commit, put } = await openTestFirm({ columns: { review: { wip: { limit: 1, hard: true } } } })
    await put({ columnId: 'review', confidentiality: 'SEALED', assignments: [assign(partner)] })
    const [one, two] = [await put(), await put()]
    await commit(associate, buildMove(one, 'review'))
    await expect(commit(associate, buildMove(two, 'review'))).rejects.toMatchObject({ code: 'WIP_LIMIT' })
  })

  it('[M5] ranks a move beside the neighbour that is named, and at the end when the actor doesn\'t see it', async () => {
    const { commit, put, repository } = await openTestFirm()
    const hidden = await put({ columnId: 'review', rank: 'a0', confidentiality: 'SEALED', assignments: [assign(partner)] })
    const shown = await put({ columnId: 'review', rank: 'a1' })
    const [one, two] = [await put(), await put()]
    await commit(associate, buildMove(one, 'review', { placement: { before: shown.id } }))
    await commit(associate, buildMove(two, 'review', { placement: { before: hidden.id } }))
    expect((await repository.matters.ranksIn('review')).map(({ id }) => id)).toEqual([hidden.id, one.id, shown.id, two.id])
  })

  it('[X1] refuses to write over a newer value, and shows it', async () => {
    const { commit, put } = await openTestFirm()
    const { id } = await put()
    await commit(partner, retitle(id, 'Theirs', { title: 0 }))
    await expect(commit(associate, retitle(id, 'Mine', { title: 0 }))).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { conflicts: [{ field: 'title', version: 1, value: 'Theirs', by: partner.id, at: NOW }] },
    })
    expect(await commit(associate, retitle(id, 'Mine', { title: 1 }))).toMatchObject({ version: 2 })
  })

  it('[X2] lets a deletion meet what others wrote since', async () => {
    const { commit, put, repository } = await openTestFirm()
    const { id } = await put()
    await commit(associate, retitle(id, 'Theirs'))
    await expect(commit(partner, { kind: 'delete', id, args: {}, base: { title: 0 } })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await commit(partner, { kind: 'delete', id, args: { reason: 'twice' } })).toEqual({ version: 2, matter: null })
    await expect(commit(partner, retitle(id, 'Late'))).rejects.toMatchObject({ code: 'MATTER_GONE' })
    expect(await repository.activity.listByMatter(id, 1)).toMatchObject([{ kind: 'deleted', reason: 'twice' }])
  })

  it('[P4] [W1] logs who gains and who loses a matter with the version that did it', async () => {
    const { commit, put, repository } = await openTestFirm()
    const { id } = await put({ assignments: [assign(associate)] })
    await commit(partner, { kind: 'edit', id, args: { set: { confidentiality: 'SEALED' } } })
    expect(await repository.log.accessAfter(BOARD_ID, clerk.id, 0)).toEqual([{ version: 1, memberId: clerk.id, matterId: id, visible: false }])
    expect(await repository.log.accessAfter(BOARD_ID, associate.id, 0)).toEqual([])
    await commit(associate, { kind: 'edit', id, args: { assignments: { put: [assign(clerk, 'CLERK')] } } })
    expect(await repository.log.accessAfter(BOARD_ID, clerk.id, 1)).toEqual([{ version: 2, memberId: clerk.id, matterId: id, visible: true }])
  })

  it('doesn\'t show a matter to who just gave it away', async () => {
    const { commit, put } = await openTestFirm()
    const { id } = await put()
    expect(await commit(partner, { kind: 'edit', id, args: { set: { confidentiality: 'SEALED' } } })).toEqual({ version: 1, matter: null })
  })

  it('numbers new matters past those that exist, and gives a refused one\'s number back', async () => {
    const { commit, put } = await openTestFirm()
    await put({ caseNumber: '２０２６-cv-0001' })
    await expect(commit(partner, create({ columnId: 'closed' }))).rejects.toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await commit(partner, create())).toMatchObject({ matter: { caseNumber: '2026-CV-0002' } })
  })

  it('refuses a case number and an id that are taken', async () => {
    const { commit, put } = await openTestFirm()
    const { id } = await put({ caseNumber: 'A-1' })
    const other = await put()
    await expect(commit(partner, create({ caseNumber: 'a-１' }))).rejects.toMatchObject({ code: 'CASE_NUMBER_TAKEN', details: { field: 'caseNumber' } })
    await expect(commit(partner, create({}, id))).rejects.toMatchObject({ code: 'ID_TAKEN' })
    await expect(commit(partner, { kind: 'edit', id: other.id, args: { set: { caseNumber: 'A-1' } } })).rejects.toMatchObject({ code: 'CASE_NUMBER_TAKEN' })
    await expect(commit(partner, { kind: 'edit', id, args: { set: { caseNumber: 'a-1' } } })).resolves.toMatchObject({ version: 1 })
    await commit(partner, { kind: 'delete', id, args: {} })
    await expect(commit(partner, create({ caseNumber: 'A-1' }))).resolves.toMatchObject({ version: 3 })
    await expect(commit(partner, create({}, id))).rejects.toMatchObject({ code: 'ID_TAKEN' })
  })

  it('[W3] says that an id is taken to nobody who may not create', async () => {
    const { commit, put } = await openTestFirm()
    const { id } = await put({ confidentiality: 'SEALED' })
    for (const nobody of [client, admin]) {
      for (const wanted of [id, buildId(0xEEE)])
        await expect(commit(nobody, create({}, wanted))).rejects.toMatchObject({ code: 'INSUFFICIENT_PERMISSION' })
    }
  })

  it('keeps old and new values in the history', async () => {
    const { commit, put, reader } = await openTestFirm()
    const matter = await put({ title: 'Lease' })
    await commit(associate, retitle(matter.id, 'Other'))
    await commit(associate, buildMove(matter, 'review', { reason: 'ready' }))
    const history = await reader.activity(partner, matter.id)
    expect(history.map(({ kind, actorId, reason }) => ({ kind, actorId, reason }))).toEqual([
      { kind: 'moved', actorId: associate.id, reason: 'ready' }, { kind: 'edited', actorId: associate.id, reason: null },
    ])
    expect(history[1]!.fields).toEqual({ title: { old: 'Lease', new: 'Other' } })
    expect(history[0]!.fields).toMatchObject({ columnId: { old: 'in-progress', new: 'review' } })
    expect(Object.keys(history[0]!.fields)).not.toContain('rank')
  })
})

describe('comments', () => {
  const add = (id: string, commentId: string, body = 'Called.'): Mutation => ({ kind: 'comment', id, args: { action: 'add', commentId, body } })

  it('are added, changed by their author, and removed by author or partner', async () => {
    const { commit, put, reader } = await openTestFirm()
    const { id } = await put({ assignments: [assign(associate), assign(paralegal, 'PARALEGAL')] })
    const [one, two] = [buildId(0xC01), buildId(0xC02)]
    expect(await commit(associate, add(id, one))).toMatchObject({ version: 1, matter: { commentCount: 1 } })
    await commit(paralegal, add(id, two))
    const edit = (commentId: string): Mutation => ({ kind: 'comment', id, args: { action: 'edit', commentId, body: 'Called twice.' } })
    await expect(commit(paralegal, edit(one))).rejects.toMatchObject({ code: 'INSUFFICIENT_PERMISSION' })
    await commit(associate, edit(one))
    await expect(commit(associate, { kind: 'comment', id, args: { action: 'remove', commentId: two } })).rejects.toMatchObject({ code: 'INSUFFICIENT_PERMISSION' })
    expect(await commit(partner, { kind: 'comment', id, args: { action: 'remove', commentId: two } })).toMatchObject({ version: 4, matter: { commentCount: 1 } })
    expect(await reader.comments(partner, id)).toEqual([
      buildComment({ id: one, matterId: id, body: 'Called twice.', authorId: associate.id, createdAt: NOW, editedAt: NOW }),
    ])
  })
  it('belong to one matter, and are none of a client\'s business', async () => {
    const { commit, put, reader } = await openTestFirm()
    const [one, two] = [await put({ clientMemberIds: [client.id] }), await put()]
    await commit(associate, add(one.id, buildId(0xC01)))
    await expect(commit(associate, { kind: 'comment', id: two.id, args: { action: 'remove', commentId: buildId(0xC01) } })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(commit(associate, add(two.id, buildId(0xC01)))).rejects.toMatchObject({ code: 'ID_TAKEN' })
    await expect(reader.comments(client, one.id)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(reader.activity(client, one.id)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(reader.comments(client, two.id)).rejects.toMatchObject({ code: 'MATTER_GONE' })
  })
})

describe('a request that comes twice', () => {
  it('is done once, and answered with today\'s values', async () => {
    const { boards, commit, put } = await openTestFirm()
    const { id } = await put()
    const request = { actor: associate, target: { matterId: id }, build: () => retitle(id, 'Once'), idempotency: { key: 'k1', hash: 'h1' } }
    expect(await boards.commit(request)).toMatchObject({ version: 1 })
    await commit(partner, retitle(id, 'Later'))
    expect(await boards.commit(request)).toMatchObject({ version: 1, matter: { title: 'Later', version: 2 } })
    await expect(boards.commit({ ...request, idempotency: { key: 'k1', hash: 'h2' } })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    await expect(boards.commit({ ...request, actor: partner })).resolves.toMatchObject({ version: 3 })
  })
  it('is done once, too, when it changed nothing: what came later stays', async () => {
    const { boards, commit, put, repository } = await openTestFirm()
    const { id, title } = await put()
    const request = { actor: associate, target: { matterId: id }, build: () => retitle(id, title), idempotency: { key: 'k1', hash: 'h1' } }
    expect(await boards.commit(request)).toMatchObject({ version: 0 })
    expect(await repository.boards.find(BOARD_ID)).toMatchObject({ version: 0 })
    await commit(partner, retitle(id, 'Later'))
    expect(await boards.commit(request)).toMatchObject({ version: 0, matter: { title: 'Later' } })
  })
  it('[M3] doesn\'t tell of a matter that was hidden since', async () => {
    const { boards, commit, put } = await openTestFirm()
    const { id } = await put({ assignments: [assign(associate2), assign(paralegal, 'PARALEGAL')] })
    const request = { actor: paralegal, target: { matterId: id }, build: () => retitle(id, 'Once'), idempotency: { key: 'k1', hash: 'h1' } }
    await boards.commit(request)
    await commit(partner, { kind: 'edit', id, args: { set: { confidentiality: 'SEALED' }, assignments: { remove: [paralegal.id] } } })
    expect(await boards.commit(request)).toEqual({ version: 1, matter: null })
  })
})

describe('a batch', () => {
  it('writes everything as one version, without asking the workflow', async () => {
    const { boards, put, reader, repository } = await openTestFirm()
    const old = await put()
    const [kept, gone] = [await put(), await put()]
    const { version, result } = await boards.commitBatch(partner, BOARD_ID, async (batch) => {
      const [caseNumber = ''] = await batch.takeCaseNumbers([{ practiceArea: 'CRIMINAL', clientName: 'Hoshino' }])
      const fresh = { ...old, id: buildId(0x9001), caseNumber, columnId: 'closed', tasks: [buildTask()] }
      batch.create(fresh)
      batch.update({ ...old, title: 'Imported', confidentiality: 'RESTRICTED' })
      batch.update(kept)
      batch.remove(gone.id)
      batch.addComments([buildComment({ id: buildId(0xC01), matterId: fresh.id })])
      batch.updateColumn({ ...batch.columns[0]!, name: { en: 'New', ja: '新規' } })
      return caseNumber
    })
    expect({ version, result }).toEqual({ version: 1, result: '2026-CM-0001' })
    expect(await repository.matters.find(buildId(0x9001))).toMatchObject({ version: 1, createdVersion: 1, columnId: 'closed' })
    expect(await repository.matters.find(old.id)).toMatchObject({ title: 'Imported', version: 1, fieldVersions: { title: { v: 1 } } })
    expect(await repository.matters.find(kept.id)).toMatchObject({ version: 0 })
    expect(await repository.matters.find(gone.id)).toMatchObject({ deletedVersion: 1 })
    expect(await repository.log.accessAfter(BOARD_ID, clerk.id, 0)).toEqual([{ version: 1, memberId: clerk.id, matterId: old.id, visible: false }])
    const { columns } = await reader.snapshot(partner, BOARD_ID)
    expect(columns[0]!.name.en).toBe('New')
    expect((await repository.activity.listByMatter(old.id, 1))[0]).toMatchObject({ kind: 'imported', fields: { title: { new: 'Imported' } } })
  })
  it('that changes nothing takes no version', async () => {
    const { boards, put, repository } = await openTestFirm()
    const matter = await put()
    expect(await boards.commitBatch(partner, BOARD_ID, async batch => batch.update(matter))).toEqual({ version: null, result: undefined })
    expect(await repository.boards.find(BOARD_ID)).toMatchObject({ version: 0 })
  })
  it('on a board that doesn\'t exist is refused', async () => {
    const { boards } = await openTestFirm()
    await expect(boards.commitBatch(partner, buildId(0xBAD), async () => {})).rejects.toMatchObject({ code: 'BOARD_GONE' })
  })
})
