import { mockNuxtImport, mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { provideKanban } from '~/composables/useKanban.ts'
import { useFirmDates } from '~/composables/useFirmDates.ts'
import { useMatterOptions } from '~/composables/useMatterOptions.ts'
import { useMatterPanel } from '~/composables/useMatterPanel.ts'
import { usePanelCover } from '~/composables/usePanelCover.ts'
import { useProblemToast } from '~/composables/useProblemToast.ts'
import { useSidePanel } from '~/composables/useSidePanel.ts'
import { buildDeadline, buildId, NOW } from '../../helpers/builders.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'

vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => fakeKanban() }))
const { navigateTo, addToast } = vi.hoisted(() => ({ navigateTo: vi.fn(async () => undefined), addToast: vi.fn() }))
mockNuxtImport('navigateTo', () => navigateTo)
mockNuxtImport('useRoute', () => () => ({ query: { q: 'lease', column: 'review' }, meta: { panel: true } }))
mockNuxtImport('useToast', () => () => ({ add: addToast }))

async function inSetup<Value>(use: () => Value): Promise<Value> {
  let value: Value
  const Inner = defineComponent(() => {
    value = use()
    return () => null
  })
  const page = await mountSuspended(defineComponent(() => {
    provideKanban('b')
    return () => h(Inner)
  }))
  page.unmount()
  return value!
}

afterEach(() => {
  navigateTo.mockClear()
  addToast.mockClear()
  document.body.innerHTML = ''
})

describe('the way between the board and its side panel', () => {
  it.each([true, false])('covers the board only on a narrow screen (%s)', async (matches) => {
    vi.spyOn(window, 'matchMedia').mockReturnValue(Object.assign(new EventTarget(), { matches, media: '' }) as unknown as MediaQueryList)
    let isCovered: { value: boolean }
    const page = await mountSuspended(defineComponent(() => {
      isCovered = usePanelCover()
      return () => null
    }))
    expect(isCovered!.value).toBe(matches)
    page.unmount()
  })

  it('keeps the filters and takes the keyboard back to the card\'s link', async () => {
    const id = buildId(1)
    document.body.innerHTML = `<li data-matter-id="${id}"><button>Menu</button><a href="#">Title</a></li>`
    const { close } = await inSetup(() => useSidePanel(() => 'b1'))
    await close(id)
    expect(navigateTo).toHaveBeenCalledExactlyOnceWith({ path: '/boards/b1', query: { q: 'lease' } })
    expect(document.activeElement?.textContent).toBe('Title')
  })

  it('closes quietly where no card is on the screen, or none is meant', async () => {
    const { close } = await inSetup(() => useSidePanel(() => 'b1'))
    await close(buildId(2))
    await close()
    expect(navigateTo).toHaveBeenCalledTimes(2)
  })

  it('focuses a card that holds no link', async () => {
    const id = buildId(1)
    document.body.innerHTML = `<li data-matter-id="${id}" tabindex="0">Card</li>`
    const { close } = await inSetup(() => useSidePanel(() => 'b1'))
    await close(id)
    expect(document.activeElement?.textContent).toBe('Card')
  })

  it('shows a matter in the place of what was open', async () => {
    const { show } = await inSetup(() => useSidePanel(() => 'b1'))
    await show(buildId(3))
    expect(navigateTo).toHaveBeenCalledExactlyOnceWith({ path: `/boards/b1/matters/${buildId(3)}`, query: { q: 'lease' } }, { replace: true })
  })
})

describe('dates by the firm\'s clock', () => {
  it('name a zone only where it isn\'t the firm\'s', async () => {
    const { day, instant, due } = await inSetup(useFirmDates)
    expect(day('2026-11-21')).toBe('Nov 21, 2026')
    expect(instant(NOW)).toContain('12:00')
    expect(due(buildDeadline({ date: '2026-11-21' }))).not.toContain(':')
    expect(due(buildDeadline({ date: '2026-11-21', time: '17:00', timeZone: 'Asia/Tokyo' }))).toMatch(/17:00$/)
    expect(due(buildDeadline({ date: '2026-11-21', time: '17:00', timeZone: null }))).toMatch(/17:00$/)
    expect(due(buildDeadline({ date: '2026-11-21', time: '17:00', timeZone: 'America/New_York' }))).toMatch(/17:00 \(America\/New_York\)$/)
  })
})

describe('the values to choose from', () => {
  it('are named, practice areas in order of their names after none', async () => {
    const { priorities, practiceAreas, closeOutcomes, deadlineSources, assignmentRoles, deadlineKinds, confidentialities } = await inSetup(useMatterOptions)
    expect(priorities.value.map(({ label }) => label)).toEqual(['Low', 'Medium', 'High', 'Urgent'])
    expect(practiceAreas.value[0]).toEqual({ value: null, label: 'None' })
    expect(practiceAreas.value.slice(1).map(({ label }) => label)).toEqual(practiceAreas.value.slice(1).map(({ label }) => label).toSorted((a, b) => a.localeCompare(b, 'en')))
    expect([closeOutcomes, deadlineSources, assignmentRoles, deadlineKinds, confidentialities].map(({ value }) => value.length)).toEqual([6, 5, 5, 11, 3])
  })
})

describe('telling of a refusal', () => {
  it('says why, and nothing when there is none', async () => {
    const tell = await inSetup(useProblemToast)
    tell(null)
    expect(addToast).not.toHaveBeenCalled()
    tell({ code: 'NETWORK' })
    expect(addToast.mock.calls[0]![0]).toMatchObject({ title: expect.stringContaining('can\'t be reached'), color: 'error' })
  })
})

it('a part of the panel outside of a panel is a mistake', async () => {
  await expect(inSetup(() => {
    try {
      return useMatterPanel()
    }
    catch (error) {
      return (error as Error).message
    }
  })).resolves.toContain('needs provideMatterPanel()')
})
