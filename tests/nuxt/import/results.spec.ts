import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { setResponseStatus } from 'h3'
import { afterEach, expect, it, vi } from 'vitest'
import type { ImportView } from '#shared/protocol/imports.ts'
import ImportResults from '~/components/import/ImportResults.vue'
import { BOARD_ID, buildId, NOW } from '../../helpers/builders.ts'

const JOB: ImportView = {
  id: buildId(0x700), fileName: 'clio-export.csv', format: 'csv', state: 'done', boardId: BOARD_ID, boardName: 'Litigation', createdAt: NOW, finishedAt: NOW,
  progress: { done: 1, total: 1 }, results: { created: 1, updated: 0, skipped: 0, failed: 0 }, reasons: {}, left: 0,
}
let isAway = true
registerEndpoint(`/api/imports/${JOB.id}/rows`, (event) => {
  if (!isAway)
    return { total: 1, rows: [{ line: 2, result: 'created', reason: null, notes: [], label: 'Lease of the office', matterId: buildId(0x701), left: false }] }
  setResponseStatus(event, 503)
  return { code: 'UNAVAILABLE', message: '' }
})

const mounted: { unmount: () => void }[] = []
afterEach(() => mounted.splice(0).forEach(({ unmount }) => unmount()))

it('says that the rows of an import could not be read, and reads them when it is asked again', async () => {
  const page = await mountSuspended(ImportResults, { props: { job: JOB } })
  mounted.push(page)
  const alert = await vi.waitFor(() => page.get('[role="alert"]'))
  expect(alert.text()).toContain('The rows couldn\'t be loaded.')

  isAway = false
  await alert.get('button').trigger('click')
  await vi.waitFor(() => expect(page.text()).toContain('Lease of the office'))
  expect(page.find('[role="alert"]').exists()).toBe(false)
})
