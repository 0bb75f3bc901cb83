import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { afterEach, expect, it, vi } from 'vitest'
import type { MeAnswer } from '#shared/protocol/messages.ts'
import type { ImportAnswer } from '#shared/protocol/imports.ts'
import ImportPage from '~/pages/import.vue'
import { useSessionStore } from '~/stores/session.ts'
import { BOARD_ID, buildId, NOW, OWN, PEOPLE } from '../../helpers/builders.ts'

const NONE = { created: 0, updated: 0, skipped: 0, failed: 0 }
const COUNTS = { columns: 1, archivedColumns: 0, matters: 1, archivedMatters: 0, comments: 0, tasks: 0, deadlines: 0, members: 0, tags: 0 }

function importAnswer(state: 'preview' | 'done'): ImportAnswer {
  const isDone = state === 'done'
  return {
    job: {
      id: buildId(0x710), fileName: 'one.csv', format: 'csv', state, boardId: isDone ? BOARD_ID : null, boardName: isDone ? 'One' : null, createdAt: NOW, finishedAt: isDone ? NOW : null,
      progress: { done: isDone ? 1 : 0, total: 1 }, results: isDone ? { ...NONE, created: 1 } : NONE, reasons: {}, left: 0,
    },
    mapping: { target: { name: 'One' }, responsibleId: PEOPLE.partner.id, fields: [], dateOrders: {}, splitOnBlank: false, statuses: {}, people: {} },
    choices: { boards: [], columns: [], mayAddColumns: true, members: [PEOPLE.partner] },
    preview: isDone
      ? null
      : { counts: COUNTS, columns: [], statuses: [], people: [], rows: [], forecast: { ...NONE, created: 1 }, reasons: {}, failures: [], preambleLines: 0, encoding: 'utf-8', delimiter: ',', contentVisible: true },
  }
}

const PATH = `/api/imports/${importAnswer('preview').job.id}`
const BOARDS = [{ id: BOARD_ID, name: 'One', isDefault: false }]
const me: MeAnswer = { member: { ...PEOPLE.partner, email: 'partner@demo.test', locale: null, transport: null }, transport: 'hybrid', boards: BOARDS, timeZone: 'Asia/Tokyo', ...OWN }
registerEndpoint('/api/auth/me', () => me)
registerEndpoint('/api/imports', () => ({ imports: [], timeZone: 'Asia/Tokyo' }))
registerEndpoint(PATH, () => importAnswer('preview'))
registerEndpoint(`${PATH}/commit`, { method: 'POST', handler: () => importAnswer('done') })
registerEndpoint(`${PATH}/rows`, () => ({ rows: [], total: 0 }))

const mounted: { unmount: () => void }[] = []
afterEach(() => mounted.splice(0).forEach(({ unmount }) => unmount()))

it('leads to the report, and knows the new board, also where the import is over before its start is answered', async () => {
  Object.assign(useSessionStore(), { ...me, boards: [] })
  const page = await mountSuspended(ImportPage, { route: `/import?job=${importAnswer('preview').job.id}`, attachTo: document.body })
  mounted.push(page)
  await page.findAll('button').find(button => button.text() === 'Import one matter')!.trigger('click')
  await vi.waitFor(() => expect(page.text()).toContain('The import is done'))
  await vi.waitFor(() => expect(document.activeElement?.id).toBe('import-report'))
  expect(useSessionStore().boards).toEqual(BOARDS)
})
