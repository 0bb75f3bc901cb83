import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Repository } from '#server/db/repository.ts'
import { openSqlite } from '#server/db/sqlite.ts'
import type { PersonalHeads } from '#server/services/personal/personal-heads.ts'
import { openPersonalHeads } from '#server/services/personal/personal-heads.ts'
import { createPersonalService } from '#server/services/personal/personal-service.ts'
import { renewEpochs } from '#server/services/renew-epochs.ts'
import { personalQuerySchema } from '#shared/protocol/personal-requests.ts'
import { BOARD_ID, buildBoard, buildId, NOW, PEOPLE } from '../helpers/builders.ts'
import { buildNews } from '../helpers/notification-builders.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aster-epochs-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

function renew(dataDir: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('scripts/renew-epochs.ts'), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, DATA_DIR: dataDir },
  })
  return { status, stdout, stderr: stderr.trim() }
}

async function addBoard(repository: Repository, number: number): Promise<void> {
  const columns = buildBoard().columns.map(column => ({ ...column, id: `${number}/${column.key}` }))
  await repository.boards.insert({ id: buildId(number), name: 'Matters', epoch: 'epoch-1', isDefault: false, position: number, createdAt: NOW }, columns)
}

const epochsOf = async (repository: Repository) => (await repository.boards.heads()).map(({ epoch }) => epoch)

describe('[P1] a restored database', () => {
  it('makes worthless what anybody holds of its boards, and keeps where they stand', async () => {
    const { repository, reader, put, commit } = await openTestFirm()
    await addBoard(repository, 2)
    const matter = await put()
    await commit(PEOPLE.partner, { kind: 'edit', id: matter.id, args: { set: { title: 'Sale' } } })
    await renewEpochs(repository)
    const epochs = await epochsOf(repository)
    expect(new Set([...epochs, 'epoch-1']).size).toBe(3)
    expect(await repository.boards.find(BOARD_ID)).toMatchObject({ version: 1, floor: 0 })
    for (const version of [0, 1, 5]) {
      expect(await reader.updates(PEOPLE.partner, { board: BOARD_ID, epoch: 'epoch-1', version, wait: 0, includeDeleted: true }))
        .toEqual({ kind: 'reset', reason: 'epoch' })
    }
  })

  it('[N1] makes worthless the tags that pages hold of what is their own: who saw more is told everything, not what came since', async () => {
    const { repository } = await openTestFirm()
    const bump = async (times: number) => {
      for (let time = 0; time < times; time++)
        await repository.personal.bump([PEOPLE.partner.id])
    }
    const open = () => openPersonalHeads({ repository, bus: { publish: () => {} } })
    const sinces: (number | null)[] = []
    const read = async (heads: PersonalHeads, tag: string) => await createPersonalService({
      repository, heads, readNotifications: async (_stores, _member, { since }) => {
        sinces.push(since)
        return buildNews()
      },
    }).read(PEOPLE.partner, tag)
    await bump(3)
    expect((await open()).tagOf(PEOPLE.partner.id)).toBe('3.0')
    // What a page saw after the backup was made.
    const seen = '5.0'
    const running = await open()
    await renewEpochs(repository)
    await bump(4)
    const heads = await open()
    const tag = heads.tagOf(PEOPLE.partner.id)
    expect([seen, '7.0']).not.toContain(tag)
    expect((await read(heads, seen)).tag).toBe(tag)
    expect((await read(heads, tag)).tag).toBe(tag)
    expect(personalQuerySchema.parse({ since: tag }).since).toBe(tag)
    // A process that ran all the while hears of it by what it reads.
    expect((await read(running, seen)).tag).toBe(tag)
    expect(running.tagOf(PEOPLE.partner.id)).toBe(tag)
    expect(sinces).toEqual([null, 7, null])
    await renewEpochs(repository)
    const told: (string | null)[] = []
    running.onMoved(memberId => told.push(memberId))
    await running.refresh()
    expect(running.tagOf(PEOPLE.partner.id)).not.toBe(tag)
    expect(told).toContain(null)
  })

  it('keeps the epochs of all boards when one can\'t have another', async () => {
    const { repository } = await openTestFirm()
    await addBoard(repository, 2)
    const failing = {
      ...repository,
      transaction: <Result>(work: (stores: Repository) => Promise<Result>) => repository.transaction(stores => work({
        ...repository,
        ...stores,
        boards: { ...stores.boards, setEpoch: (id, epoch) => id === buildId(2) ? Promise.reject(new Error('disk full')) : stores.boards.setEpoch(id, epoch) },
      })),
    } as Repository
    await expect(renewEpochs(failing)).rejects.toThrow('disk full')
    expect(await epochsOf(repository)).toEqual(['epoch-1', 'epoch-1'])
  })
})

describe('npm run renew-epochs', () => {
  it('gives every board a new epoch', async () => {
    const folder = await newFolder()
    const repository = await openSqlite(folder)
    await repository.firm.create({ name: 'Firm', timeZone: 'UTC', caseNumberTemplate: '{seq}', demo: false, createdAt: NOW })
    await addBoard(repository, 1)
    await addBoard(repository, 2)
    await repository.close()
    expect(renew(folder)).toEqual({ status: 0, stdout: '2 boards have a new epoch. Browsers take them anew when the server runs.\n', stderr: '' })
    const again = await openSqlite(folder)
    onTestFinished(() => again.close())
    expect(await epochsOf(again)).not.toContain('epoch-1')
  })

  it('leaves a database alone that a server holds, and says whose turn it is', async () => {
    const folder = await newFolder()
    const repository = await openSqlite(folder)
    onTestFinished(() => repository.close())
    await addBoard(repository, 1)
    expect(renew(folder)).toEqual({ status: 1, stdout: '', stderr: expect.stringContaining('is in use by another process. Stop it') as string })
    expect(await epochsOf(repository)).toEqual(['epoch-1'])
  })

  it('says so when there is nothing to renew, and what it does', async () => {
    const folder = await newFolder()
    expect(renew(folder)).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^There is no firm in this database\./) as string })
    expect(renew(folder, '--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: npm run renew-epochs') as string })
    expect(renew(folder, '--all')).toMatchObject({ status: 1, stderr: expect.stringMatching(/^Unknown option '--all'.*--help/) as string })
  })
})
