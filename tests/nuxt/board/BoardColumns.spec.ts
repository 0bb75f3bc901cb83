import { mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import BoardColumns from '~/components/board/BoardColumns.vue'
import LiveRegion from '~/components/board/LiveRegion.vue'
import MoveDialog from '~/components/board/MoveDialog.vue'
import { provideKanban } from '~/composables/useKanban.ts'
import { provideMoveMatter } from '~/composables/useMoveMatter.ts'
import { buildBoard, buildMatter, buildMatters, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'

let kanban: FakeKanban
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

const mounted: { unmount: () => void }[] = []
afterEach(() => {
  vi.restoreAllMocks()
  mounted.splice(0).forEach(({ unmount }) => unmount())
})

async function show(options: Parameters<typeof fakeKanban>[0], props: Record<string, unknown> = {}) {
  kanban = fakeKanban(options)
  const Page = defineComponent(() => {
    const moves = provideMoveMatter(provideKanban('b'))
    return () => [
      h(BoardColumns, { linkTo: (id: string) => `/boards/b/matters/${id}`, ...props }),
      h(LiveRegion),
      moves.question.value && h(MoveDialog, { question: moves.question.value, columnName: 'Closed', onAnswer: moves.answer }),
    ]
  })
  const page = await mountSuspended(Page, { attachTo: document.body })
  mounted.push(page)
  return page
}

type Page = Awaited<ReturnType<typeof show>>
const idsIn = (page: Page, column: string) => page.findAll(`section[data-column="${column}"] li[data-matter-id]`).map(card => card.attributes('data-matter-id'))
const said = (page: Page) => page.get('[data-testid="live-region"]').text()
const press = (key: string) => window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))

describe('columns', () => {
  it('[K1] let nothing be lifted on a page that the server no longer understands', async () => {
    const page = await show({ matters: buildMatters(1) })
    expect(page.findAll('li[data-matter-id] button').length).toBeGreaterThan(0)
    kanban.isOutdatedNow.value = true
    await nextTick()
    expect(page.findAll('li[data-matter-id] button')).toEqual([])
  })

  it('are lists with a name, a count and their cards by rank', async () => {
    const matters = buildMatters(3)
    const page = await show({ matters: matters.toReversed() })
    const column = page.get('section[data-column="in-progress"]')
    expect(column.get('h2').text()).toBe('In progress')
    expect(column.get('ul').attributes('aria-labelledby')).toBe(column.get('h2').attributes('id'))
    expect(column.get('[data-testid="column-count"]').text()).toContain('3')
    expect(idsIn(page, 'in-progress')).toEqual(matters.map(({ id }) => id))
    expect(page.get(`li[data-matter-id="${matters[0]!.id}"]`).attributes('data-column')).toBe('in-progress')
  })

  it('name no number of matters before the matters are here', async () => {
    const page = await show({})
    kanban.isLoading.value = true
    await nextTick()
    expect(page.find('[data-testid="column-count"]').exists()).toBe(false)
    expect(page.get('[data-tab]').text()).not.toMatch(/\d/)
    kanban.isLoading.value = false
    await nextTick()
    expect(page.get('[data-testid="column-count"]').text()).toContain('0')
    expect(page.get('[data-tab]').text()).toMatch(/0$/)
  })

  it('say when a limit is reached and when it is passed', async () => {
    const board = buildBoard({ columns: { 'in-progress': { wip: { limit: 2, hard: false } }, 'review': { wip: { limit: 1, hard: true } } } })
    const page = await show({ board, matters: [...buildMatters(3), buildMatter({ columnId: 'review' })] })
    expect(page.get('section[data-column="in-progress"] [data-wip]').text()).toContain('3 / 2')
    expect(page.get('section[data-column="in-progress"] [data-wip]').text()).toContain('Over limit')
    expect(page.get('section[data-column="review"] [data-wip]').text()).toContain('Full')
  })

  it('say how much a filter hides', async () => {
    const matters = buildMatters(3)
    const page = await show({ matters }, { isShown: ({ id }: Matter) => id === matters[0]!.id })
    expect(page.get('section[data-column="in-progress"] [data-testid="column-count"]').text()).toBe('1 of 3')
    expect(page.get('section[data-column="review"]').text()).toContain('No matters here')
  })

  it('show the newest closed matters first, and the rest on request', async () => {
    const page = await show({ matters: buildMatters(25, { columnId: 'closed' }) })
    expect(idsIn(page, 'closed')).toHaveLength(20)
    await page.findAll('section[data-column="closed"] button').find(button => button.text() === 'Show all 25')!.trigger('click')
    expect(idsIn(page, 'closed')).toHaveLength(25)
  })

  it('mount only a part of a long list', async () => {
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(800)
    vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(136)
    const page = await show({ matters: buildMatters(200) })
    expect(idsIn(page, 'in-progress').length).toBeLessThan(60)
    expect(page.get('section[data-column="in-progress"] li').attributes('aria-setsize')).toBe('200')
  })

  it('begin a long list where a short one begins', async () => {
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(800)
    vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(136)
    const page = await show({ matters: buildMatters(80) })
    expect(page.get('section[data-column="in-progress"] li[data-index="0"]').attributes('style')).toContain('translateY(0px)')
  })

  it('leave archived matters and columns out unless they are asked for', async () => {
    const matters = [buildMatter({ archived: true })]
    const board = buildBoard({ columns: { review: { archived: true } } })
    const plain = await show({ matters, board })
    expect(idsIn(plain, 'in-progress')).toEqual([])
    expect(plain.find('section[data-column="review"]').exists()).toBe(false)
    const whole = await show({ matters, board }, { withArchived: true })
    expect(idsIn(whole, 'in-progress')).toHaveLength(1)
    expect(whole.get('section[data-column="review"]').text()).toContain('Archived')
  })
})

describe('moving by keyboard', () => {
  async function lifted(matters: Matter[], options: Parameters<typeof fakeKanban>[0] = {}) {
    const page = await show({ matters, ...options })
    const card = page.get<HTMLElement>(`li[data-matter-id="${matters[0]!.id}"] a`)
    card.element.focus()
    await card.trigger('keydown', { key: ' ' })
    return page
  }

  it('says each step, marks what accepts the card, and moves it', async () => {
    const matter = buildMatter({ caseNumber: '2026-CV-0042' })
    const page = await lifted([matter])
    expect(said(page)).toContain('2026-CV-0042 lifted from In progress, place 1 of 1.')
    expect(kanban.interacting.value).toBe(true)
    expect(page.get('section[data-column="intake"]').attributes('data-drop-state')).toBe('refused')
    expect(page.get('section[data-column="intake"]').text()).toContain('The workflow doesn\'t lead here')
    expect(page.get('section[data-column="review"]').attributes('data-drop-state')).toBe('go')
    expect(page.get('section[data-column="closed"]').text()).toContain('Asks for a reason')
    press('ArrowRight')
    await nextTick()
    expect(said(page)).toBe('Review, place 1 of 1.')
    press('ArrowLeft')
    press('ArrowLeft')
    await nextTick()
    expect(said(page)).toContain('Initial review, not possible.')
    press('ArrowRight')
    press('ArrowRight')
    press(' ')
    await vi.waitFor(() => expect(idsIn(page, 'review')).toEqual([matter.id]))
    expect(kanban.asked).toEqual([{ kind: 'move', id: matter.id, args: { columnId: 'review', placement: { end: true } } }])
    expect(kanban.interacting.value).toBe(false)
    await vi.waitFor(() => expect(document.activeElement?.closest('li')?.dataset).toMatchObject({ matterId: matter.id, column: 'review' }))
  })

  it('puts the card back on Escape', async () => {
    const matter = buildMatter({ caseNumber: '2026-CV-0042' })
    const page = await lifted([matter])
    press('ArrowRight')
    press('Escape')
    await nextTick()
    expect(said(page)).toBe('Cancelled. 2026-CV-0042 stays in In progress.')
    expect(kanban.asked).toEqual([])
  })

  it('[C8] ends when the held matter is deleted, and keeps it in place when it is moved', async () => {
    const [first, second] = buildMatters(2) as [Matter, Matter]
    const page = await lifted([first, second])
    kanban.rows.value = [{ ...first, columnId: 'review' }, second]
    await nextTick()
    expect(idsIn(page, 'in-progress')).toEqual([first.id, second.id])
    kanban.rows.value = [second]
    await nextTick()
    await nextTick()
    expect(said(page)).toBe('The matter that you held is no longer on the board.')
    expect(kanban.interacting.value).toBe(false)
    expect(idsIn(page, 'in-progress')).toEqual([second.id])
  })

  it('walks from card to card with the arrows', async () => {
    const [first, second] = buildMatters(2) as [Matter, Matter]
    const page = await show({ matters: [first, second] })
    const card = page.get<HTMLElement>(`li[data-matter-id="${first.id}"] a`)
    card.element.focus()
    await card.trigger('keydown', { key: 'ArrowDown' })
    await vi.waitFor(() => expect(document.activeElement?.closest('li')?.dataset.matterId).toBe(second.id))
  })

  it('lifts nothing for a client', async () => {
    const page = await lifted([buildMatter({ clientMemberIds: [PEOPLE.client.id] })], { me: PEOPLE.client })
    expect(said(page)).toBe('')
    expect(page.find('button[aria-haspopup="menu"]').exists()).toBe(false)
  })

  it('asks before a matter is closed, and leaves it where it was without an answer', async () => {
    const page = await lifted([buildMatter()])
    press('ArrowRight')
    press('ArrowRight')
    press('ArrowRight')
    press('ArrowRight')
    press('Enter')
    await vi.waitFor(() => expect(document.body.textContent).toContain('Choose an outcome'))
    const cancel = [...document.querySelectorAll('button')].find(button => button.textContent?.trim() === 'Cancel')!
    cancel.click()
    await nextTick()
    expect(kanban.asked).toEqual([])
    expect(idsIn(page, 'in-progress')).toHaveLength(1)
  })
})

describe('what others do', () => {
  const moved = (matter: Matter) => ({ matterId: matter.id, by: PEOPLE.associate.id, kind: 'moved' as const, matter })

  it('is told in one sentence a change and shows on the card for a moment', async () => {
    const matter = buildMatter({ caseNumber: '2026-CV-0042', columnId: 'review' })
    const page = await show({ matters: [matter] })
    kanban.tellRemote([moved(matter)])
    await nextTick()
    expect(said(page)).toBe('Kenji Sato moved 2026-CV-0042 to Review.')
    expect(page.get(`li[data-matter-id="${matter.id}"] article`).classes()).toContain('card-fresh')
  })

  it('is counted when it is a lot', async () => {
    const matters = buildMatters(5)
    const page = await show({ matters })
    kanban.tellRemote(matters.map(moved))
    await nextTick()
    expect(said(page)).toBe('5 matters were changed by others.')
  })

  it('is told without a name where nobody is named', async () => {
    const page = await show({ matters: [] })
    kanban.tellRemote([{ matterId: 'x', by: null, kind: 'deleted', matter: null }])
    await nextTick()
    expect(said(page)).toBe('a matter is no longer on the board.')
  })

  it('leaves the focus on a card that moves', async () => {
    const matter = buildMatter()
    const page = await show({ matters: [matter] })
    page.get<HTMLElement>(`li[data-matter-id="${matter.id}"] a`).element.focus()
    kanban.rows.value = [{ ...matter, columnId: 'review' }]
    await vi.waitFor(() => expect(document.activeElement?.closest('li')?.dataset).toMatchObject({ matterId: matter.id, column: 'review' }))
  })
})
