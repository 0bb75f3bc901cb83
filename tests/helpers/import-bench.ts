import { onTestFinished } from 'vitest'
import type { ImportService } from '#server/services/import/import-service.ts'
import { createImportService } from '#server/services/import/import-service.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { ImportAnswer, ImportMapping, ImportView } from '#shared/protocol/imports.ts'
import { PEOPLE, TIME_ZONE } from './builders.ts'
import { trelloCard, trelloId, trelloList } from './import-files.ts'
import type { TestFirm } from './test-firm.ts'
import { openTestFirm } from './test-firm.ts'

/** The firm that imports. */
export const SETTINGS = { name: 'Test firm', timeZone: TIME_ZONE, caseNumberTemplate: '{year}-{type}-{seq:4}', demo: false, createdAt: 0 }

/** A firm with an import service beside it. */
interface Bench extends TestFirm {
  imports: ImportService
  errors: unknown[]
  /** Analyses, maps, commits and waits. */
  run: (bytes: Uint8Array, options?: RunOptions) => Promise<ImportView>
  settle: (answer: ImportAnswer, actor?: Actor) => Promise<ImportView>
}

interface RunOptions {
  fileName?: string
  boardName?: string
  actor?: Actor
  mapping?: (mapping: ImportMapping) => Partial<ImportMapping>
}

/** Opens a firm that lasts as long as the test. */
export async function openBench(): Promise<Bench> {
  const firm = await openTestFirm()
  const errors: unknown[] = []
  const imports = createImportService({
    repository: firm.repository, boards: firm.boards, firm: SETTINGS, now: () => firm.clock.now, onError: (_, error) => errors.push(error),
  })
  onTestFinished(() => imports.close())
  async function settle({ job }: ImportAnswer, actor: Actor = PEOPLE.partner): Promise<ImportView> {
    await imports.settled(job.id)
    return (await imports.find(actor, job.id)).job
  }
  return {
    ...firm,
    imports,
    errors,
    settle,
    async run(bytes, { fileName = 'file.csv', boardName, actor = PEOPLE.partner, mapping } = {}) {
      const { job, mapping: first } = await imports.analyse(actor, { fileName, bytes, boardName })
      if (mapping)
        await imports.map(actor, job.id, { ...first, ...mapping(first) })
      return await settle(await imports.commit(actor, job.id), actor)
    },
  }
}

/** What became of the lines of an import. */
export const rowsOf = async ({ imports }: Bench, id: string, actor: Actor = PEOPLE.partner) => (await imports.rows(actor, id, { offset: 0, limit: 200 })).rows

/** The matters of the board that an import went to, in their order. */
export const mattersOf = async ({ repository }: Bench, job: ImportView) =>
  (await repository.matters.listByBoard(job.boardId!)).toSorted((a, b) => a.rank < b.rank ? -1 : 1)

/** A board of Trello with three cards, one of them put away and one in a list that was. */
export const TRELLO_BOARD = {
  lists: [trelloList(0), trelloList(1, { closed: true })],
  cards: [
    trelloCard(1, { desc: 'text', due: '2026-11-20T15:30:00Z', idLabels: ['l1'], labels: [{ id: 'l1', name: 'Lease', color: 'red' }] }),
    trelloCard(2, { closed: true }),
    trelloCard(3, { idList: trelloId(901) }),
  ],
  checklists: [{ id: 'c1', idCard: trelloId(1), name: 'Checklist', checkItems: [{ id: 'i1', name: 'Sign', state: 'complete' }, { id: 'i2', name: 'Send', state: 'incomplete' }] }],
  actions: [{ id: 'a1', type: 'commentCard', date: '2026-01-01T00:00:00Z', idMemberCreator: 'm1', data: { text: 'Called', card: { id: trelloId(1) } }, memberCreator: { fullName: 'Ben' } }],
}
