import { describe, expect, it } from 'vitest'
import { createBoardDigest } from '#server/services/board-digest.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { digestRows } from '#shared/sync/digest.ts'
import { assign, BOARD_ID, buildId, PEOPLE } from '../helpers/builders.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const { partner, paralegal, client } = PEOPLE

/** A firm with a matter for everybody, a sealed one, and what a reader's own rows would be asked with. */
async function openWithMatters() {
  const firm = await openTestFirm()
  const lines: string[] = []
  const digests = createBoardDigest({ repository: firm.repository, hub: firm.hub, log: line => void lines.push(line) })
  const shared = await firm.put({ title: 'Lease', clientMemberIds: [client.id], assignments: [assign(partner)] })
  const sealed = await firm.put({ title: 'Merger', confidentiality: 'SEALED', assignments: [assign(partner)] })
  const rowsOf = async (reader: Actor) => {
    const { epoch, version, matters } = await firm.reader.snapshot(reader, BOARD_ID)
    return { epoch, version, digest: digestRows(matters) }
  }
  const compare = (reader: Actor, rows: Awaited<ReturnType<typeof rowsOf>>) => digests.compare(reader, BOARD_ID, rows)
  return { ...firm, lines, shared, sealed, rowsOf, compare }
}

describe('[K2] comparing a device\'s rows with the server\'s', () => {
  it('finds them the same for each reader, by what each sees', async () => {
    const { commit, shared, rowsOf, compare, lines } = await openWithMatters()
    await commit(partner, { kind: 'comment', id: shared.id, args: { action: 'add', commentId: buildId(0xC1), body: 'x' } })
    for (const reader of [partner, paralegal, client])
      expect(await compare(reader, await rowsOf(reader))).toEqual({ same: true })
    expect((await rowsOf(partner)).digest).not.toBe((await rowsOf(paralegal)).digest)
    expect(lines).toEqual([])
  })

  it('says no to other rows, and tells the log who and where, not what', async () => {
    const { commit, shared, rowsOf, compare, lines } = await openWithMatters()
    const { version } = await commit(partner, { kind: 'edit', id: shared.id, args: { set: { title: 'Sale' } } })
    const rows = await rowsOf(paralegal)
    expect(await compare(paralegal, { ...rows, digest: '0123456789abcdef' })).toEqual({ same: false })
    expect(lines).toEqual([`digest differs: board ${BOARD_ID} member ${paralegal.id} version ${version}`])
  })

  it('tells the log once of a member at a version, however often they ask', async () => {
    const { commit, shared, rowsOf, compare, lines } = await openWithMatters()
    const ask = async () => {
      for (const reader of [partner, paralegal, partner, paralegal])
        expect(await compare(reader, { ...await rowsOf(reader), digest: '0123456789abcdef' })).toEqual({ same: false })
    }
    await ask()
    expect(lines).toHaveLength(2)
    await commit(partner, { kind: 'edit', id: shared.id, args: { set: { title: 'Sale' } } })
    await ask()
    expect(lines).toHaveLength(4)
  })

  it('says nothing to who stands elsewhere', async () => {
    const { commit, shared, rowsOf, compare, lines } = await openWithMatters()
    const before = await rowsOf(paralegal)
    await commit(partner, { kind: 'edit', id: shared.id, args: { set: { title: 'Sale' } } })
    const after = await rowsOf(paralegal)
    expect(await compare(paralegal, before)).toEqual({ same: null })
    expect(await compare(paralegal, { ...after, version: after.version + 1 })).toEqual({ same: null })
    expect(await compare(paralegal, { ...after, epoch: 'another' })).toEqual({ same: null })
    expect(lines).toEqual([])
  })

  it('isn\'t moved by what the reader doesn\'t see', async () => {
    const { commit, sealed, rowsOf, compare } = await openWithMatters()
    const rows = await rowsOf(paralegal)
    await commit(partner, { kind: 'edit', id: sealed.id, args: { set: { title: 'Takeover' } } })
    expect(await compare(paralegal, rows)).toEqual({ same: true })
  })

  it('knows no board that isn\'t there', async () => {
    const { repository, hub } = await openTestFirm()
    const asked = createBoardDigest({ repository, hub }).compare(partner, buildId(0x99), { epoch: 'e', version: 0, digest: digestRows([]) })
    await expect(asked).rejects.toMatchObject({ code: 'BOARD_GONE' })
  })
})
