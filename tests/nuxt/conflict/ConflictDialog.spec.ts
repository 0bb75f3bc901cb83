import { mockNuxtImport } from '@nuxt/test-utils/runtime'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Conflict } from '#shared/sync/conflict-record.ts'
import { buildDeadline, buildMatter, buildTask, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import {
  buildConflict, changeAgain, choose, conflictField, dialog, dialogText, editConflict, mountConflicts, moveConflict, press, radio,
} from './mount-conflicts.ts'

let kanban: FakeKanban
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))
const { addToast } = vi.hoisted(() => ({ addToast: vi.fn() }))
mockNuxtImport('useToast', () => () => ({ add: addToast, remove: vi.fn(), update: vi.fn(), toasts: { value: [] } }))

let page: Awaited<ReturnType<typeof mountConflicts>>['page']
let conflicts: Awaited<ReturnType<typeof mountConflicts>>['conflicts']
let matter: Matter
const title = () => conflictField('title', { base: 'Lease', mine: 'Lease of the shop', theirs: 'Lease of the office' })

beforeEach(() => {
  addToast.mockClear()
  // Drafts belong to a matter and outlive a page.
  matter = buildMatter({ caseNumber: '2026-CV-0777', title: 'Lease of the office', columnId: 'in-progress' })
})
afterEach(() => page.unmount())

async function open(conflict: Conflict, row: Matter = matter): Promise<void> {
  kanban = fakeKanban({ matters: [row] })
  kanban.conflictsNow.value = [conflict]
  ;({ page, conflicts } = await mountConflicts())
  document.querySelector<HTMLElement>('#before')!.focus()
  conflicts.show(conflict.id)
  await vi.waitFor(() => expect(dialog()).not.toBeNull())
  await flushPromises()
}

const click = async (name: string) => {
  press(name).click()
  await flushPromises()
}
const pick = async (input: HTMLInputElement) => {
  choose(input)
  await flushPromises()
}
const editor = () => dialog()!.querySelector<HTMLTextAreaElement>('textarea')!
const write = async (text: string) => {
  editor().value = text
  editor().dispatchEvent(new Event('input', { bubbles: true }))
  await flushPromises()
}
const titles = () => addToast.mock.calls.map(([toast]) => (toast as { title: string }).title)

describe('[X3] a title that two people changed', () => {
  it('shows what it was, both versions with their changed words marked, who and when', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    expect(document.querySelector('[role="dialog"]')!.getAttribute('aria-labelledby')).toBeTruthy()
    expect(dialogText()).toContain('You and Robert Chen changed the same thing')
    expect(dialogText()).toContain('Before')
    expect(dialogText()).toContain('From Robert Chen')
    expect(dialogText()).toContain('11:50 (10 min. ago)')
    expect(dialogText()).toContain('11:48 (12 min. ago)')
    expect([...dialog()!.querySelectorAll('ins')].map(each => each.textContent)).toEqual(['new: of the shop', 'new: of the office'])
  })

  it('keeps mine with one press, on the version that was shown', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    await click('Keep mine')
    expect(kanban.resolved).toEqual([{ id: 'c.1', resolution: { type: 'local', shown: { title: 7 } } }])
    expect(dialog()).toBeNull()
    expect(titles()).toEqual(['2026-CV-0777: your version is in'])
  })

  it('takes theirs with one press', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    await click('Take theirs')
    expect(kanban.resolved).toEqual([{ id: 'c.1', resolution: { type: 'remote' } }])
    expect(titles()).toEqual(['2026-CV-0777: left as it stands'])
  })

  it('waits for the choice where both changed the same words', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    expect(press('Apply').disabled).toBe(true)
    await pick(radio('merge'))
    expect(dialogText()).toContain('Both of you changed one place')
    expect(editor().value).toBe('Lease of the shop office')
    expect(press('Apply').disabled).toBe(true)
    await pick(dialog()!.querySelector('[data-clash] input[value="both"]')!)
    expect(press('Apply').disabled).toBe(false)
    await click('Apply')
    expect(kanban.resolved[0]!.resolution).toEqual({ type: 'merge', resolvedData: { set: { title: 'Lease of the shop office' } }, shown: { title: 7 } })
    expect(titles()).toEqual(['2026-CV-0777: your choice is in'])
  })

  it('takes a merged text that was edited by hand, which decides the one place that both changed', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    await pick(radio('merge'))
    await write('Lease of shop\nand office')
    expect(editor().value).toBe('Lease of shop and office')
    expect(dialog()!.querySelector<HTMLInputElement>('[data-clash] input[value="edited"]')!.checked).toBe(true)
    await click('Apply')
    expect(kanban.resolved[0]!.resolution).toMatchObject({ type: 'merge', resolvedData: { set: { title: 'Lease of shop and office' } } })
  })

  it('keeps a choice that was made before the text was edited by hand', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    await pick(radio('merge'))
    await pick(dialog()!.querySelector('[data-clash] input[value="mine"]')!)
    await write('Lease of the shop, ground floor')
    expect(dialog()!.querySelector<HTMLInputElement>('[data-clash] input[value="mine"]')!.checked).toBe(true)
    expect(press('Apply').disabled).toBe(false)
  })

  it('still asks for each of several places when the text was edited by hand', async () => {
    const field = conflictField('description', { base: 'Rent: 100\n\nTerm: 2 years\n', mine: 'Rent: 120\n\nTerm: 3 years\n', theirs: 'Rent: 150\n\nTerm: 5 years\n' })
    await open(editConflict(matter, { set: { description: 'Rent: 120\n\nTerm: 3 years\n' } }, [field]))
    await pick(radio('merge'))
    await write('Rent: 120\n\nTerm: 5 years\n')
    const places = [...dialog()!.querySelectorAll('[data-clash]')]
    expect(places).toHaveLength(2)
    for (const place of places) {
      expect(press('Apply').disabled).toBe(true)
      await pick(place.querySelector('input[value="edited"]')!)
    }
    expect(press('Apply').disabled).toBe(false)
  })

  it('doesn\'t take an empty title or one that is too long', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    await pick(radio('merge'))
    await write('x')
    await write(' ')
    expect(dialogText()).toContain('This can\'t be empty.')
    expect(press('Apply').disabled).toBe(true)
    await write('x'.repeat(256))
    expect(dialogText()).toContain('longer than 255 characters')
    expect(press('Apply').disabled).toBe(true)
  })

  it('has the fitting text of both ready, and applies it with Ctrl+Enter', async () => {
    const field = conflictField('description', { base: 'Rent: 100\nTerm: 2 years\nEnd', mine: 'Rent: 120\nTerm: 2 years\nEnd', theirs: 'Rent: 100\nTerm: 2 years\nDone' })
    await open(editConflict(matter, { set: { description: 'Rent: 120\nTerm: 2 years\nEnd' } }, [field]))
    expect(radio('merge').checked).toBe(true)
    expect(dialogText()).toContain('Contains your changes (1) and those of Robert Chen (1).')
    editor().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }))
    await flushPromises()
    expect(kanban.resolved[0]!.resolution).toMatchObject({ type: 'merge', resolvedData: { set: { description: 'Rent: 120\nTerm: 2 years\nDone' } } })
  })
})

describe('[X3] several fields', () => {
  const both = () => editConflict(matter, { set: { title: 'Lease of the shop', priority: 'URGENT' }, tags: { add: ['lease'] } }, [
    title(), conflictField('priority', { base: 'LOW', mine: 'URGENT', theirs: 'HIGH', version: 8, by: PEOPLE.clerk.id }),
  ])

  it('are chosen one by one', async () => {
    await open(both())
    expect(dialogText()).toContain('You and Robert Chen and Daichi Kato')
    expect(dialogText()).toContain('The rest of your change met nothing')
    await pick(radio('theirs', 'title'))
    expect(press('Apply').disabled).toBe(true)
    await pick(radio('mine', 'priority'))
    await click('Apply')
    expect(kanban.resolved[0]!.resolution).toEqual({ type: 'merge', resolvedData: { set: { priority: 'URGENT' } }, shown: { title: 7, priority: 8 } })
  })
})

describe('[X3] items of a list', () => {
  it('offers a deadline with both changes, where they fit together', async () => {
    const base = buildDeadline({ title: 'Reply', date: '2026-12-01' })
    const [mine, theirs] = [{ ...base, date: '2026-12-08' }, { ...base, title: 'File the reply' }]
    await open(editConflict(matter, { deadlines: { put: [mine] } }, [conflictField(`deadlines/${base.id}`, { base, mine, theirs })]))
    expect(dialogText()).toContain('Deadline “File the reply”')
    expect(dialogText()).toContain('Both changes fit together')
    await click('Apply')
    expect(kanban.resolved[0]!.resolution).toMatchObject({ type: 'merge', resolvedData: { deadlines: { put: [{ ...base, title: 'File the reply', date: '2026-12-08' }] } } })
  })

  it('says that the other one removed it', async () => {
    const base = buildTask({ title: 'Call the bank' })
    await open(editConflict(matter, { tasks: { put: [{ ...base, doneAt: NOW }] } }, [conflictField(`tasks/${base.id}`, { base, mine: { ...base, doneAt: NOW }, theirs: null })]))
    expect(dialog()!.querySelector('[data-take="theirs"]')!.textContent).toContain('Removed')
    expect(dialog()!.querySelector('[data-take="mine"]')!.textContent).toContain('done')
  })
})

describe('[X3] a third edit while the dialog is open', () => {
  it('is told calmly, keeps what was written, and is to be looked at first', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    await pick(radio('merge'))
    await write('Lease of everything')
    changeAgain(kanban, 'c.1', 'title', 'Lease of the garage', 11)
    await flushPromises()
    expect(dialogText()).toContain('Robert Chen changed it again, 12:00.')
    expect(dialogText()).toContain('garage')
    expect(editor().value).toBe('Lease of everything')
    for (const name of ['Apply', 'Keep mine', 'Take theirs'])
      expect(press(name).disabled, name).toBe(true)
    await click('I have seen it')
    expect(dialogText()).not.toContain('changed it again')
    await pick(dialog()!.querySelector('[data-clash] input[value="edited"]')!)
    await click('Apply')
    expect(kanban.resolved[0]!.resolution).toMatchObject({ resolvedData: { set: { title: 'Lease of everything' } }, shown: { title: 11 } })
  })

  it('shows the new conflict in the same place when the server knew of it first', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    kanban.refuseNext({ code: 'CONFLICT', message: '' }, 'c.2')
    const again = editConflict(matter, { set: { title: 'Lease of the shop' } }, [conflictField('title', { base: 'Lease of the office', mine: 'Lease of the shop', theirs: 'Garage', version: 12, at: NOW })], 'c.2')
    press('Keep mine').click()
    kanban.conflictsNow.value = [again]
    await flushPromises()
    expect(dialogText()).toContain('Garage')
    expect(dialogText()).toContain('Robert Chen changed it again, 12:00.')
    await click('I have seen it')
    await click('Keep mine')
    expect(kanban.resolved.at(-1)).toEqual({ id: 'c.2', resolution: { type: 'local', shown: { title: 12 } } })
    expect(dialog()).toBeNull()
  })
})

describe('leaving the dialog', () => {
  it('keeps the conflict and what was written on Escape, and gives the focus back', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    await pick(radio('merge'))
    await write('Lease of everything')
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    await flushPromises()
    expect(dialog()).toBeNull()
    expect(kanban.resolved).toEqual([])
    expect(document.activeElement?.id).toBe('before')
    conflicts.show('c.1')
    await flushPromises()
    expect(editor().value).toBe('Lease of everything')
    expect(radio('merge').checked).toBe(true)
  })

  it('tells a refusal in its words, and puts the text back as a draft', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    kanban.refuseNext({ code: 'NOT_ASSIGNED', message: '' })
    await click('Keep mine')
    expect(addToast.mock.calls.at(-1)![0]).toMatchObject({ title: '2026-CV-0777: that couldn\'t be saved', color: 'error', description: expect.stringContaining('Only people assigned') })
  })

  it('closes with a word when it was settled elsewhere', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    kanban.conflictsNow.value = []
    await flushPromises()
    expect(dialog()).toBeNull()
    expect(titles()).toEqual(['This has been settled meanwhile'])
  })

  it('closes at once without a network: the choice is kept and sent later', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    kanban.isOnline.value = false
    press('Keep mine').click()
    await Promise.resolve()
    expect(conflicts.open.value).toBeNull()
    await flushPromises()
  })

  it('decides nothing while the page is too old', async () => {
    await open(editConflict(matter, { set: { title: 'Lease of the shop' } }, [title()]))
    kanban.isOutdatedNow.value = true
    await flushPromises()
    expect(press('Keep mine').disabled).toBe(true)
  })
})

describe('[X3] a stale drag', () => {
  it('shows where it was and both destinations, and moves it again', async () => {
    await open(moveConflict(matter, { was: 'in-progress', mine: 'ready-filing', theirs: 'review' }), { ...matter, columnId: 'review' })
    const stops = [...dialog()!.querySelectorAll('[data-stops] li')].map(each => each.textContent)
    expect(stops).toEqual(['In progressIt was here', expect.stringMatching(/^ReviewRobert Chen moved it here, 11:50/), 'Ready for filingYou moved it here'])
    await pick(radio('mine'))
    await click('Apply')
    expect(kanban.resolved).toEqual([{ id: 'c.1', resolution: { type: 'local', shown: { columnId: 7 } } }])
  })

  it('leaves it where the other one put it', async () => {
    await open(moveConflict(matter, { was: 'in-progress', mine: 'ready-filing', theirs: 'review' }), { ...matter, columnId: 'review' })
    await click('Take theirs')
    expect(kanban.resolved).toEqual([{ id: 'c.1', resolution: { type: 'remote' } }])
  })

  it('says what the workflow no longer allows, and offers what it does', async () => {
    await open(moveConflict(matter, { was: 'in-progress', mine: 'ready-filing', theirs: 'waiting-client' }), { ...matter, columnId: 'waiting-client' })
    expect(dialogText()).toContain('No longer possible from Waiting for client. The workflow doesn\'t lead here.')
    expect(radio('mine').disabled).toBe(true)
    expect(press('Keep mine').disabled).toBe(true)
    await pick(radio('other'))
    expect(press('Apply').disabled).toBe(true)
  })

  it('asks for the reason that the way needs now, and keeps the choice open when none is given', async () => {
    await open(moveConflict(matter, { was: 'review', mine: 'in-progress', theirs: 'closed' }), { ...matter, columnId: 'closed', closeOutcome: 'WON', closedOn: '2026-11-20' })
    expect(dialogText()).toContain('You will be asked for a reason first.')
    await pick(radio('mine'))
    press('Apply').click()
    await vi.waitFor(() => expect(document.querySelector('[data-testid="move-dialog"]')).not.toBeNull())
    press('Cancel').click()
    await flushPromises()
    expect(kanban.conflictsNow.value).toHaveLength(1)
    press('Apply').click()
    await vi.waitFor(() => expect(document.querySelector('[data-testid="move-dialog"] textarea')).not.toBeNull())
    const reason = document.querySelector<HTMLTextAreaElement>('[data-testid="move-dialog"] textarea')!
    reason.value = 'More to do'
    reason.dispatchEvent(new Event('input', { bubbles: true }))
    document.querySelector<HTMLFormElement>('#move-form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
    await flushPromises()
    expect(kanban.asked).toMatchObject([{ kind: 'move', args: { columnId: 'in-progress', reason: 'More to do' } }])
    expect(kanban.conflictsNow.value).toEqual([])
    expect(dialog()).toBeNull()
  })
})

describe('[X3] a deletion that met newer changes', () => {
  const conflict = () => buildConflict(matter, [
    conflictField('title', { base: 'Lease', theirs: 'Lease of the office' }),
    conflictField('commentCount', { base: 1, theirs: 2, version: 9, by: PEOPLE.clerk.id }),
  ], { kind: 'delete', id: matter.id, args: {} })

  it('says what changed, and keeps the matter', async () => {
    await open(conflict())
    expect(dialogText()).toContain('Robert Chen and Daichi Kato changed the matter that you delete')
    expect(dialogText()).toContain('Title')
    expect(dialogText()).toContain('Comments')
    await click('Keep the matter')
    expect(kanban.resolved).toEqual([{ id: 'c.1', resolution: { type: 'remote' } }])
  })

  it('deletes it anyway, on what was shown', async () => {
    await open(conflict())
    await click('Delete anyway')
    expect(kanban.resolved).toEqual([{ id: 'c.1', resolution: { type: 'local', shown: { title: 7, commentCount: 9 } } }])
    expect(kanban.rows.value).toEqual([])
  })
})
