import { mountSuspended } from '@nuxt/test-utils/runtime'
import { useToast } from '#imports'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import MoveDialog from '~/components/board/MoveDialog.vue'
import MoveMenu from '~/components/board/MoveMenu.vue'
import { provideKanban } from '~/composables/useKanban.ts'
import type { MoveMatter } from '~/composables/useMoveMatter.ts'
import { provideMoveMatter, useMoveMatter } from '~/composables/useMoveMatter.ts'
import { buildDeadline, buildMatter, buildMatters, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'

let kanban: FakeKanban
let moves: MoveMatter
let toast: ReturnType<typeof useToast>
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

const mounted: { unmount: () => void }[] = []
beforeEach(() => toast?.clear())
afterEach(() => mounted.splice(0).forEach(({ unmount }) => unmount()))

async function open(options: Parameters<typeof fakeKanban>[0], menuOf?: Matter) {
  kanban = fakeKanban(options)
  const Page = defineComponent(() => {
    moves = provideMoveMatter(provideKanban('b'))
    toast = useToast()
    return () => [
      moves.question.value && h(MoveDialog, { question: moves.question.value, columnName: 'Closed', onAnswer: moves.answer }),
      menuOf && h(MoveMenu, { matter: menuOf, open: true }, () => h('button', 'Move')),
    ]
  })
  const page = await mountSuspended(Page, { attachTo: document.body })
  mounted.push(page)
  return page
}

const toasts = async () => {
  await nextTick()
  await nextTick()
  return toast.toasts.value.map(({ title, description }) => [title, description].filter(Boolean).join(' / '))
}

describe('moving a matter', () => {
  it('tells where it went, and takes it back from there', async () => {
    const matter = buildMatter({ caseNumber: '2026-CV-0042' })
    await open({ matters: [matter] })
    expect(await moves.move(matter.id, 'review')).toBe(true)
    expect(await toasts()).toEqual(['2026-CV-0042 moved to Review'])
    const action = toast.toasts.value[0]!.actions![0]!
    ;(action.onClick as (event: MouseEvent) => void)(new MouseEvent('click'))
    await vi.waitFor(async () => expect(await toasts()).toContain('2026-CV-0042 is back in In progress'))
    expect(kanban.matterById(matter.id)?.columnId).toBe('in-progress')
    expect(await moves.undo()).toBe(false)
  })

  it('says nothing of a card that only changed its place', async () => {
    const [first, second] = buildMatters(2) as [Matter, Matter]
    await open({ matters: [first, second] })
    expect(await moves.move(first.id, 'in-progress', { after: second.id })).toBe(true)
    expect(await toasts()).toEqual([])
  })

  it('says why it may not, and where the matter can go instead', async () => {
    const matter = buildMatter({ caseNumber: '2026-CV-0042', columnId: 'intake' })
    await open({ matters: [matter] })
    expect(await moves.move(matter.id, 'review')).toBe(false)
    expect(await toasts()).toEqual([
      '2026-CV-0042 stays where it was / The workflow doesn\'t lead there from this column. Choose one of the columns that are offered. You can move it to: Initial review or Closed.',
    ])
    expect(kanban.asked).toEqual([])
  })

  it('says what the server objected to', async () => {
    const matter = buildMatter()
    await open({ matters: [matter] })
    kanban.refuseNext({ code: 'WIP_LIMIT', message: '' })
    expect(await moves.move(matter.id, 'review')).toBe(false)
    expect((await toasts())[0]).toContain('That column is full.')
  })

  it('leaves a conflict to its own notice', async () => {
    const matter = buildMatter()
    await open({ matters: [matter] })
    kanban.refuseNext({ code: 'CONFLICT', message: '' }, 'c.1')
    expect(await moves.move(matter.id, 'review')).toBe(false)
    expect(await toasts()).toEqual([])
  })

  it('says that the matter is gone', async () => {
    await open({})
    expect(await moves.move('gone', 'review')).toBe(false)
    expect((await toasts())[0]).toContain('This matter is no longer here.')
  })

  it('says why a move can\'t be taken back', async () => {
    const matter = buildMatter()
    await open({ matters: [matter] })
    await moves.move(matter.id, 'review')
    kanban.refuseNext({ code: 'UNDO_STALE', message: '' })
    expect(await moves.undo()).toBe(false)
    expect((await toasts()).at(-1)).toContain('That couldn\'t be undone / This can\'t be undone any more')
  })

  it.each([
    ['an edit', (id: string) => kanban.editMatter(id, { set: { title: 'Mine' } }), 'Your change to 2026-CV-0042 was taken back'],
    ['a deletion', (id: string) => kanban.deleteMatter(id), '2026-CV-0042 is back on the board, in In progress'],
  ])('says what was taken back of %s', async (_, change, words) => {
    const matter = buildMatter({ caseNumber: '2026-CV-0042' })
    await open({ matters: [matter] })
    await change(matter.id).settled
    expect(await moves.undo()).toBe(true)
    expect(await toasts()).toEqual([words])
    expect(kanban.matterById(matter.id)).toEqual(matter)
  })

  it('says what came back once it is back', async () => {
    const matter = buildMatter({ caseNumber: '2026-CV-0042' })
    await open({ matters: [matter] })
    await kanban.deleteMatter(matter.id).settled
    kanban.undo = () => ({ id: matter.id, settled: Promise.resolve({ ok: true, version: 3, merged: false }) })
    const undone = moves.undo()
    expect(await toasts()).toEqual([])
    kanban.rows.value = [matter]
    expect(await undone).toBe(true)
    expect(await toasts()).toEqual(['2026-CV-0042 is back on the board, in In progress'])
  })

  it('gives an open question up for the next one, and when the page goes', async () => {
    const [first, second] = buildMatters(2) as [Matter, Matter]
    const page = await open({ matters: [first, second] })
    const one = moves.move(first.id, 'closed')
    const two = moves.move(second.id, 'closed')
    expect(await one).toBe(false)
    page.unmount()
    expect(await two).toBe(false)
    expect(kanban.asked).toEqual([])
  })

  it('works for a component that stands alone', async () => {
    kanban = fakeKanban({ matters: [buildMatter()] })
    let alone: MoveMatter | undefined
    const Inner = defineComponent(() => {
      alone = useMoveMatter()
      return () => null
    })
    mounted.push(await mountSuspended(defineComponent(() => {
      provideKanban('b')
      return () => h(Inner)
    })))
    expect(alone!.columnName('review')).toBe('Review')
    expect(alone!.columnName('gone')).toBe('')
  })
})

describe('the question before a move', () => {
  const dialog = () => document.querySelector('[role="dialog"]')!
  const submit = async () => {
    document.querySelector('#move-form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
    await nextTick()
  }
  async function write(text: string): Promise<void> {
    const area = dialog().querySelector('textarea')!
    area.value = text
    area.dispatchEvent(new Event('input', { bubbles: true }))
    await nextTick()
  }

  it('wants an outcome, a reason and a word on open court deadlines before it closes', async () => {
    const matter = buildMatter({ deadlines: [buildDeadline({ source: 'COURT', kind: 'HEARING' })] })
    await open({ matters: [matter] })
    const moved = moves.move(matter.id, 'closed')
    await vi.waitFor(() => expect(dialog()?.textContent).toContain('One deadline set by a court'))
    expect(dialog().textContent).toContain('Hearing')
    await submit()
    expect(dialog().textContent).toContain('Choose what came of the matter.')
    expect(dialog().textContent).toContain('Write a short reason.')
    expect(dialog().textContent).toContain('Confirm this to go on.')
    moves.answer({ reason: 'Judgment is final', outcome: 'WON', confirmed: true })
    expect(await moved).toBe(true)
    expect(kanban.matterById(matter.id)).toMatchObject({ columnId: 'closed', closeOutcome: 'WON' })
  })

  it('wants only a reason where nothing is closed', async () => {
    const matter = buildMatter({ columnId: 'closed', closeOutcome: 'WON' })
    await open({ matters: [matter] })
    const moved = moves.move(matter.id, 'in-progress')
    await vi.waitFor(() => expect(dialog()?.textContent).toContain('Reopen'))
    await write('  New evidence ')
    await submit()
    expect(await moved).toBe(true)
    expect(kanban.asked[0]?.args).toMatchObject({ columnId: 'in-progress', reason: 'New evidence' })
  })

  it('is filled in with what an associate asked for', async () => {
    const matter = buildMatter({ closeRequest: { by: PEOPLE.associate.id, at: NOW, outcome: 'SETTLED', reason: 'Parties agreed' } })
    await open({ matters: [matter] })
    const moved = moves.move(matter.id, 'closed')
    await vi.waitFor(() => expect(dialog()?.textContent).toContain('Kenji Sato asked to close this matter.'))
    await submit()
    expect(await moved).toBe(true)
    expect(kanban.asked[0]?.args).toMatchObject({ outcome: 'SETTLED', reason: 'Parties agreed' })
  })

  it('lets an associate ask a partner instead', async () => {
    const matter = buildMatter({ caseNumber: '2026-CV-0042' })
    await open({ matters: [matter], me: PEOPLE.associate })
    const moved = moves.move(matter.id, 'closed')
    await vi.waitFor(() => expect(dialog()?.textContent).toContain('Ask a partner'))
    moves.answer({ reason: 'All done', outcome: 'COMPLETED' })
    expect(await moved).toBe(false)
    expect(kanban.asked).toEqual([{ kind: 'edit', id: matter.id, args: { set: { closeRequest: { reason: 'All done', outcome: 'COMPLETED' } } } }])
    expect(await toasts()).toEqual(['A partner was asked to close 2026-CV-0042'])
  })

  it('says why asking a partner failed', async () => {
    const matter = buildMatter()
    await open({ matters: [matter], me: PEOPLE.associate })
    const moved = moves.move(matter.id, 'closed')
    kanban.refuseNext({ code: 'NETWORK' })
    moves.answer({ reason: 'All done' })
    expect(await moved).toBe(false)
    expect((await toasts())[0]).toContain('The server can\'t be reached.')
  })
})

describe('the menu that moves', () => {
  const items = () => [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  const item = (label: string) => items().find(element => element.textContent?.includes(label))!

  it('lists the columns, those that are closed to the matter with the reason', async () => {
    const matter = buildMatter()
    await open({ matters: [matter] }, matter)
    await vi.waitFor(() => expect(items().length).toBeGreaterThan(5))
    expect(item('Intake').getAttribute('aria-disabled')).toBe('true')
    expect(item('Intake').textContent).toContain('The workflow doesn\'t lead here')
    expect(item('Review').getAttribute('aria-disabled')).toBeNull()
    expect(item('Closed').textContent).toContain('Asks for a reason')
    item('Waiting for client').click()
    await vi.waitFor(() => expect(kanban.matterById(matter.id)?.columnId).toBe('waiting-client'))
  })

  it('moves within the column, too', async () => {
    const [first, second, third] = buildMatters(3) as [Matter, Matter, Matter]
    await open({ matters: [first, second, third] }, first)
    await vi.waitFor(() => expect(items().length).toBeGreaterThan(5))
    expect(item('One up').getAttribute('aria-disabled')).toBe('true')
    item('To the end of the column').click()
    await vi.waitFor(() => expect(kanban.mattersIn('in-progress').map(({ id }) => id)).toEqual([second.id, third.id, first.id]))
  })

  it('offers no places to those who may not move the matter, nor among closed ones', async () => {
    const matter = buildMatter({ columnId: 'closed' })
    await open({ matters: [matter], me: PEOPLE.partner }, matter)
    await vi.waitFor(() => expect(items().length).toBeGreaterThan(5))
    expect(item('One up')).toBeUndefined()
  })

  it('tells an associate that a partner will be asked', async () => {
    const matter = buildMatter()
    await open({ matters: [matter], me: PEOPLE.associate }, matter)
    await vi.waitFor(() => expect(item('Closed')?.textContent).toContain('Asks a partner'))
  })
})
