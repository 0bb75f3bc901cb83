import { describe, expect, it, vi } from 'vitest'
import { changeMember } from '#server/services/member-changes.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { newsFor, newsQuery, retitle } from '../helpers/board-news.ts'
import { assign, BOARD_ID, buildId, NOW, PEOPLE } from '../helpers/builders.ts'
import type { TestFirm } from '../helpers/test-firm.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const { partner, associate2, admin } = PEOPLE

describe('another role', () => {
  const demote = (firm: TestFirm) => changeMember(firm.repository, { actor: admin, id: associate2.id, patch: { role: 'CLERK' }, at: NOW })

  it('[W1] takes from a reader what it hides, deleted matters included', async () => {
    const firm = await openTestFirm()
    const [kept, hidden, deleted] = [await firm.put(), await firm.put({ confidentiality: 'RESTRICTED' }), await firm.put({ confidentiality: 'RESTRICTED' })]
    await firm.commit(partner, retitle(kept.id, 'x'))
    await firm.commit(partner, { kind: 'delete', id: deleted.id, args: {} })
    await demote(firm)
    const answer = await newsFor(firm, { ...associate2, role: 'CLERK' }, { version: 1 })
    expect({ ...answer, deleted: answer.deleted.sort() }).toMatchObject({ version: 3, matters: [], deleted: [hidden.id, deleted.id].sort() })
    expect(await newsFor(firm, { ...associate2, role: 'CLERK' })).toMatchObject({ matters: [{ op: 'set', id: kept.id }] })
  })
  it('[W1] is that of the state which is read, whatever it was when the request began', async () => {
    const firm = await openTestFirm()
    const hidden = await firm.put({ confidentiality: 'RESTRICTED' })
    await firm.commit(partner, retitle(hidden.id, 'x'))
    await demote(firm)
    expect((await firm.reader.snapshot(associate2, BOARD_ID)).matters).toEqual([])
    expect(await newsFor(firm, associate2, { version: 1 })).toMatchObject({ matters: [], deleted: [hidden.id] })
    expect((await newsFor(firm, associate2, { epoch: undefined, version: 0 })).matters).toEqual([])
    for (const look of ['matter', 'comments', 'activity'] as const)
      await expect(firm.reader[look](associate2, hidden.id)).rejects.toMatchObject({ code: 'MATTER_GONE' })
  })

  it('[W1] binds what was on its way, which a closed account ends', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put({ confidentiality: 'RESTRICTED', assignments: [assign(partner), assign(associate2, 'SECONDARY_LAWYER')] })
    const mine: Mutation = { kind: 'edit', id, args: { set: { priority: 'HIGH' } } }
    await demote(firm)
    await expect(firm.commit(associate2, mine)).rejects.toMatchObject({ code: 'INSUFFICIENT_PERMISSION' })
    expect(await firm.send(associate2, buildId(0xC1), { n: 1, ...mine })).toMatchObject({ status: 'rejected', code: 'INSUFFICIENT_PERMISSION' })
    await changeMember(firm.repository, { actor: admin, id: associate2.id, patch: { active: false }, at: NOW })
    await expect(firm.commit(associate2, retitle(id, 'x'))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(firm.send(associate2, buildId(0xC1), { n: 2, ...mine })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(firm.reader.snapshot(associate2, BOARD_ID)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('[R4] doesn\'t keep a held poll busy that began with the old one', async () => {
    const firm = await openTestFirm()
    await firm.repository.accounts.updateMember(associate2.id, { role: 'CLERK' })
    const { version } = await firm.reader.snapshot(associate2, BOARD_ID)
    const reads = vi.spyOn(firm.repository, 'consistentRead')
    const ended = new AbortController()
    const poll = firm.reader.updates(associate2, newsQuery({ version, wait: 25 }), { signal: ended.signal })
    await vi.waitFor(() => expect(reads).toHaveBeenCalled())
    for (let turn = 0; turn < 5; turn++)
      await firm.repository.boards.heads()
    ended.abort()
    expect(await poll).toMatchObject({ kind: 'unchanged' })
    expect(reads).toHaveBeenCalledTimes(1)
  })

  it('tells everybody who is who now, and changes no matter for anybody else', async () => {
    const firm = await openTestFirm()
    await firm.put({ confidentiality: 'RESTRICTED' })
    await demote(firm)
    const answer = await newsFor(firm, partner)
    expect(answer).toMatchObject({ version: 1, matters: [], deleted: [], columns: null })
    expect(answer.members).toContainEqual(expect.objectContaining({ id: associate2.id, role: 'CLERK' }))
    expect((await firm.reader.snapshot({ ...associate2, role: 'CLERK' }, BOARD_ID))).toMatchObject({ version: 1, matters: [] })
  })
})
