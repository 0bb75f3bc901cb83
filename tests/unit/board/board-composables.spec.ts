// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, effectScope, h, nextTick, ref, shallowRef } from 'vue'
import { useColumnPager } from '~/composables/useColumnPager.ts'
import { useFreshMatters } from '~/composables/useFreshMatters.ts'
import { useKeptFocus } from '~/composables/useKeptFocus.ts'

describe('cards that a colleague has changed', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('glow for a moment, from the last change on', () => {
    const scope = effectScope()
    const { fresh, markFresh } = scope.run(() => useFreshMatters(1_000))!
    markFresh(['a', 'b'])
    vi.advanceTimersByTime(600)
    markFresh(['a'])
    vi.advanceTimersByTime(600)
    expect([...fresh.value]).toEqual(['a'])
    scope.stop()
    vi.advanceTimersByTime(600)
    expect([...fresh.value], 'nothing runs on after the page').toEqual(['a'])
  })
})

describe('the column before the reader\'s eyes', () => {
  const boxes: Record<string, number> = { intake: 0, review: 400, closed: 800 }
  async function open(columnIds = Object.keys(boxes)) {
    const root = ref<HTMLElement | null>(null)
    let pager!: ReturnType<typeof useColumnPager>
    const wrapper = mount(defineComponent(() => {
      pager = useColumnPager(root, () => columnIds)
      return () => h('div', { ref: root }, columnIds.map(id => h('section', { 'data-drop-column': id })))
    }), { attachTo: document.body })
    const element = wrapper.element as HTMLElement
    element.getBoundingClientRect = () => new DOMRect(0, 0, 400, 600)
    element.querySelectorAll('section').forEach((section) => {
      section.getBoundingClientRect = () => new DOMRect(boxes[section.dataset.dropColumn!]! - element.scrollLeft, 0, 400, 600)
    })
    await nextTick()
    return { element, pager }
  }

  it('is the one in the middle, however the board was scrolled', async () => {
    const { element, pager } = await open()
    expect(pager.activeId.value).toBe('intake')
    element.scrollLeft = 500
    element.dispatchEvent(new Event('scroll'))
    expect(pager.activeId.value).toBe('review')
  })

  it('is brought there on request', async () => {
    const { element, pager } = await open()
    const into = vi.fn()
    element.querySelectorAll('section')[2]!.scrollIntoView = into
    pager.show('closed')
    expect(into).toHaveBeenCalledOnce()
  })

  it('is none on a board without columns, or without a board', async () => {
    expect((await open([])).pager.activeId.value).toBeNull()
    const scope = effectScope()
    const columnIds = shallowRef(['intake'])
    const pager = scope.run(() => useColumnPager(ref(null), () => columnIds.value))!
    columnIds.value = ['review']
    await nextTick()
    expect(pager.activeId.value).toBe('intake')
    pager.show('intake')
    scope.stop()
  })
})

describe('the focus on a card', () => {
  it('reveals a card that a long column has left out', async () => {
    document.body.innerHTML = '<div></div>'
    const root = document.querySelector('div')!
    const reveal = vi.fn(() => void (root.innerHTML = '<ul><li data-matter-id="a"><a href="#">a</a></li></ul>'))
    const scope = effectScope()
    const { focusMatter } = scope.run(() => useKeptFocus(ref(root), () => 0, reveal))!
    await focusMatter('a')
    expect(reveal).toHaveBeenCalledWith('a')
    expect(document.activeElement?.textContent).toBe('a')
    scope.stop()
  })

  it('is nobody\'s business while it is elsewhere', async () => {
    document.body.innerHTML = '<div></div><input>'
    document.querySelector('input')!.focus()
    const changes = ref(0)
    const reveal = vi.fn()
    const scope = effectScope()
    scope.run(() => useKeptFocus(ref(document.querySelector('div')), () => changes.value, reveal))
    changes.value = 1
    await nextTick()
    await nextTick()
    expect(reveal).not.toHaveBeenCalled()
    expect(document.activeElement?.tagName).toBe('INPUT')
    scope.stop()
  })
})
