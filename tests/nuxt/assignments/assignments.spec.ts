import { mockNuxtImport, mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { flushPromises } from '@vue/test-utils'
import { getHeader, readBody, setResponseStatus } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { addDays } from '#shared/kanban/deadline.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import { useLiveRegion } from '~/composables/useLiveRegion.ts'
import AssignmentsPage from '~/pages/boards/assignments.vue'
import { useSessionStore } from '~/stores/session.ts'
import { buildOverview } from '../../helpers/build-overview.ts'
import { assign, BOARD_ID, buildDeadline, buildId, buildMatter, NOW, PEOPLE, TODAY } from '../../helpers/builders.ts'

interface Told { id: string, title: string, description?: string, actions?: { label: string, onClick: () => void }[] }
const { toasts, removed } = vi.hoisted(() => ({ toasts: [] as Told[], removed: [] as string[] }))
mockNuxtImport('useToast', () => () => ({ add: (toast: Told) => toasts.push(toast), remove: (id: string) => removed.push(id) }))
mockNuxtImport('useRoute', () => () => ({ params: { boardId: '01900000-0000-7000-8000-0000000000b1' }, path: '/', fullPath: '/', query: {}, meta: {} }))

const { partner, associate, associate2, clerk } = PEOPLE
let matters: Matter[]
let version: number
let refusal: { status: number, code: string } | null
const patched = vi.fn<(id: string, body: unknown) => void>()

registerEndpoint(`/api/boards/${BOARD_ID}/assignments`, (event) => {
  if (refusal) {
    setResponseStatus(event, refusal.status)
    return { code: refusal.code, message: '' }
  }
  const answer = buildOverview(matters, { version })
  setResponseStatus(event, getHeader(event, 'if-none-match') === `"${answer.tag}"` ? 304 : 200)
  return answer
})

const waiting = buildMatter({ id: buildId(0x51), title: 'Lease that came in', assignments: [], createdAt: NOW - 3 * 86_400_000, priority: 'URGENT' })
registerEndpoint(`/api/matters/${waiting.id}`, { method: 'GET', handler: () => ({ matter: matters.find(({ id }) => id === waiting.id), version }) })
registerEndpoint(`/api/matters/${waiting.id}`, { method: 'PATCH', handler: async (event) => {
  const body = await readBody<{ assignments: { put: Matter['assignments'] } }>(event)
  patched(waiting.id, body)
  version += 1
  matters = matters.map(matter => matter.id === waiting.id ? { ...matter, assignments: body.assignments.put, version } : matter)
  return { matter: null, version }
} })

let page: Awaited<ReturnType<typeof show>>
async function show(me: Member = partner) {
  Object.assign(useSessionStore(), { member: { ...me, email: 'x@demo.test', locale: null, transport: null }, lastMember: me, transport: 'polling' })
  clearNuxtData()
  const mounted = await mountSuspended(AssignmentsPage, { attachTo: document.body })
  await flushPromises()
  return mounted
}

const row = ({ id }: Member) => page.get(`[data-assign-member="${id}"]`)
const said = () => useLiveRegion().announcement.value.text
/** A key wherever the keyboard is. */
const press = (key: string) => window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }))
const settled = async () => {
  await vi.waitFor(() => expect(page.find('[data-assignment-drawer] [aria-label="Assign"]').exists()).toBe(true))
  await flushPromises()
}

beforeEach(() => {
  matters = [
    waiting,
    buildMatter({ id: buildId(0x52), title: 'Trial of the year', deadlines: [
      buildDeadline({ kind: 'TRIAL', date: addDays(TODAY, 3), time: '10:00', timeZone: 'Asia/Tokyo', title: 'Closing arguments' }),
      ...[2, 3, 4, 5].map(number => buildDeadline({ id: buildId(0xD00 + number), date: addDays(TODAY, 6), title: `Draft ${number}` })),
    ] }),
    buildMatter({ id: buildId(0x53), assignments: [assign(partner), assign(associate, 'SECONDARY_LAWYER'), assign(clerk, 'CLERK')] }),
  ]
  version = 1
  refusal = null
  toasts.length = 0
  removed.length = 0
  patched.mockClear()
})
afterEach(() => page.unmount())

describe('the assignments page', () => {
  it('shows what waits, who has how much, and who is in court when', async () => {
    page = await show()
    expect(page.get('article').text()).toMatch(/Urgent[\s\S]*Lease that came in[\s\S]*Waiting for 3 days/)
    expect(row(associate).text()).toContain('2 open matters Primary lawyer: 1, Secondary lawyer: 1')
    expect(row(associate2).text()).toContain('No open matter')
    expect(row(associate).text()).toContain('Nov 24 10:00')
    expect(row(associate).findAll('[data-mark]').map(mark => mark.attributes('aria-label'))).toContainEqual(expect.stringMatching(/^Trial, Closing arguments, .*November 24, 2026 10:00\. 2026-CV-\d+ Trial of the year$/))
    // Lawyers come before those who help them.
    const order = page.findAll('[data-assign-member]').map(one => one.attributes('data-assign-member'))
    expect(order.indexOf(associate2.id)).toBeLessThan(order.indexOf(clerk.id))
  })

  it('goes along the dates of a row by the arrows, with one stop for the Tab key', async () => {
    page = await show()
    const marks = row(associate).findAll<HTMLElement>('[data-mark]')
    expect(marks.filter(mark => mark.attributes('tabindex') === '0')).toHaveLength(1)
    marks[0]!.element.focus()
    await marks[0]!.trigger('keydown', { key: 'ArrowRight' })
    expect(document.activeElement).toBe(marks[1]!.element)
    await vi.waitFor(() => expect(document.querySelector('[data-mark-tip]')).not.toBeNull())
    await marks[1]!.trigger('keydown', { key: 'Escape' })
    expect(document.querySelector('[data-mark-tip]')).toBeNull()
  })

  it('opens all dates of a colleague as a list, from their button and from a count', async () => {
    page = await show()
    const many = row(associate).findAll('[data-mark]').find(mark => mark.attributes('aria-label')!.includes('Show all'))!
    await many.trigger('click')
    await vi.waitFor(() => expect(document.activeElement?.getAttribute('data-entry')).toBeTruthy())
    expect(row(associate).findAll('[data-entry]')).toHaveLength(5)
    await row(associate2).get('button[aria-expanded]').trigger('click')
    expect(row(associate2).text()).toContain('No date in these days.')
  })

  it('assigns from the drawer, shows it at once, and offers the way back', async () => {
    page = await show()
    await page.get('article button').trigger('click')
    await settled()
    const button = page.findAll('[data-assignment-drawer] button').find(one => one.attributes('aria-label') === `Assign ${associate2.name} as Primary lawyer`)!
    await button.trigger('click')
    expect(page.findAll('article')).toHaveLength(0)
    expect(row(associate2).text()).toContain('One open matter')
    await vi.waitFor(() => expect(toasts.at(-1)).toMatchObject({ title: `${associate2.name} is on ${waiting.caseNumber}`, description: 'Primary lawyer', actions: [{ label: 'Undo' }] }))
    expect(patched).toHaveBeenCalledExactlyOnceWith(waiting.id, { assignments: { put: [assign(associate2)] }, base: { [`assignments/${associate2.id}`]: 1 } })
    await vi.waitFor(() => expect(page.get('[data-assignment-drawer]').text()).toContain(`Led by ${associate2.name}`))
    expect(page.text()).toContain('Every matter has its lawyer')
  })

  it('says an assignment once: a notice of its own, and nothing in the live region', async () => {
    page = await show()
    await page.get('article button').trigger('click')
    await settled()
    const buttonOf = ({ name }: Member) => page.findAll('[data-assignment-drawer] button').find(one => one.attributes('aria-label')?.startsWith(`Assign ${name}`))!
    await buttonOf(associate2).trigger('click')
    await vi.waitFor(() => expect(toasts).toHaveLength(1))
    await vi.waitFor(() => expect(page.get('[data-assignment-drawer]').text()).toContain(`Led by ${associate2.name}`))
    await buttonOf(associate).trigger('click')
    await vi.waitFor(() => expect(toasts).toHaveLength(2))
    // One that is laid over another isn't read: the first goes, and the second comes.
    expect(toasts[1]!.id).not.toBe(toasts[0]!.id)
    expect(removed).toContain(toasts[0]!.id)
    await flushPromises()
    expect(page.get('[data-testid="live-region"]').text()).toBe('')
    expect(page.get('[data-assignment-drawer]').find('[role="status"]').exists()).toBe(false)
  })

  it('says whom a colleague put on the matter that is open', async () => {
    page = await show()
    await page.get('article button').trigger('click')
    await settled()
    version += 1
    matters = matters.map(matter => matter.id === waiting.id ? { ...matter, assignments: [assign(associate)], version } : matter)
    await page.get('[aria-label="Update now"]').trigger('click')
    await vi.waitFor(() => expect(page.get('[data-testid="live-region"]').text()).toBe(`${associate.name} is on ${waiting.caseNumber}`))
    expect(toasts).toHaveLength(0)
  })

  it('assigns by keyboard, and says each step of it', async () => {
    page = await show()
    await page.get('article button').trigger('keydown', { key: ' ' })
    expect(said()).toMatch(new RegExp(`^${waiting.caseNumber} lifted\\. Choose a colleague with the arrow keys`))
    press('ArrowDown')
    const first = page.get('[data-assign-member]').attributes('data-assign-member')
    const { name } = Object.values(PEOPLE).find(({ id }) => id === first)!
    expect(said()).toMatch(new RegExp(`^${name}, .*open matter`))
    press('Enter')
    await vi.waitFor(() => expect(patched).toHaveBeenCalledOnce())
    expect(patched.mock.calls[0]).toMatchObject([waiting.id, { assignments: { put: [{ memberId: first }] } }])
  })

  it('says that the matter in the hand is a colleague\'s by now, and takes it out of the hand', async () => {
    page = await show()
    await page.get('article button').trigger('keydown', { key: ' ' })
    matters = matters.map(matter => matter.id === waiting.id ? { ...matter, assignments: [assign(associate2)] } : matter)
    version += 1
    await page.findAll('button').find(one => one.attributes('aria-label') === 'Update now')!.trigger('click')
    await vi.waitFor(() => expect(page.findAll('article')).toHaveLength(0))
    expect(said()).toBe('The matter that you held no longer waits for a lawyer.')
    press('ArrowDown')
    expect(page.find('.bg-primary\\/10[data-assign-member]').exists()).toBe(false)
  })

  it('lifts nothing with a key that is still down after it put a matter back', async () => {
    page = await show()
    const button = page.get('article button')
    await button.trigger('keydown', { key: ' ' })
    press(' ')
    expect(said()).toBe(`Cancelled. ${waiting.caseNumber} isn't assigned.`)
    await button.trigger('keydown', { key: ' ', repeat: true })
    expect(said()).toMatch(/^Cancelled/)
  })

  it('lets who may not assign look, and say why not', async () => {
    page = await show(associate)
    expect(page.find('[data-assign-matter]').exists()).toBe(false)
    await page.get('article button').trigger('click')
    await vi.waitFor(() => expect(page.get('[data-assignment-drawer]').text()).toContain('Partners assign people'))
  })

  it('closes the drawer by Escape and gives the keyboard back', async () => {
    page = await show()
    const button = page.get<HTMLElement>('article button')
    button.element.focus()
    await button.trigger('click')
    await settled()
    await page.get('[data-assignment-drawer]').trigger('keydown', { key: 'Escape' })
    await flushPromises()
    expect(page.find('[data-assignment-drawer]').exists()).toBe(false)
    expect(document.activeElement).toBe(button.element)
  })

  it('[W3] is not for those who don\'t work on matters', async () => {
    refusal = { status: 403, code: 'FORBIDDEN' }
    page = await show(PEOPLE.client)
    expect(page.text()).toContain('This isn\'t open to you')
    expect(page.findAll('article, [data-assign-member]')).toHaveLength(0)
  })

  it('says that it couldn\'t be loaded, and tries again', async () => {
    refusal = { status: 503, code: 'UNAVAILABLE' }
    page = await show()
    expect(page.text()).toContain('The assignments couldn\'t be loaded')
    refusal = null
    await page.findAll('button').find(one => one.text() === 'Try again')!.trigger('click')
    await vi.waitFor(() => expect(page.findAll('article')).toHaveLength(1))
  })
})
