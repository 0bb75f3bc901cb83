import { mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import ConfirmDialog from '~/components/ui/ConfirmDialog.vue'
import EmptyState from '~/components/ui/EmptyState.vue'
import MemberAvatar from '~/components/ui/MemberAvatar.vue'
import RelativeTime from '~/components/ui/RelativeTime.vue'
import type { ConfirmQuestion } from '~/composables/useConfirm.ts'

afterEach(() => document.body.replaceChildren())

describe('MemberAvatar', () => {
  it('is decoration beside a name and speaks the name alone', async () => {
    const member = { id: '1', name: '田中 さくら' }
    const beside = await mountSuspended(MemberAvatar, { props: { member, size: 'md' } })
    expect(beside.text()).toBe('田中')
    expect(beside.attributes('aria-hidden')).toBe('true')
    const alone = await mountSuspended(MemberAvatar, { props: { member, labelled: true } })
    expect(alone.attributes()).toMatchObject({ 'role': 'img', 'aria-label': '田中 さくら' })
  })

  it('gives a member the same colour everywhere', async () => {
    const looks = await Promise.all(['a', 'a'].map(id => mountSuspended(MemberAvatar, { props: { member: { id, name: 'X' }, size: 'md' } })))
    expect(looks[0]!.classes()).toEqual(looks[1]!.classes())
  })
})

describe('EmptyState', () => {
  it('has its heading on the level that the page needs', async () => {
    const state = await mountSuspended(EmptyState, { props: { title: 'Nothing yet', body: 'It will come.', headingLevel: 1 }, slots: { default: () => 'action' } })
    expect(state.get('h1').text()).toBe('Nothing yet')
    expect(state.text()).toContain('It will come.')
    expect(state.text()).toContain('action')
  })
})

describe('RelativeTime', () => {
  it('never tells of the future when clocks differ', async () => {
    const now = Date.parse('2026-11-21T03:00:00Z')
    const time = await mountSuspended(RelativeTime, { props: { at: now + 5_000, now, timeZone: 'Asia/Tokyo' } })
    expect(time.text()).toBe('now')
    expect(time.attributes('datetime')).toBe('2026-11-21T03:00:05.000Z')
    expect(time.attributes('title')).toBe('Nov 21, 2026, 12:00')
  })
})

describe('ConfirmDialog', () => {
  const button = (name: string) => [...document.body.querySelectorAll('button')].find(({ textContent }) => textContent?.trim() === name)!

  async function open(question: ConfirmQuestion) {
    const dialog = await mountSuspended(ConfirmDialog, { props: { question } })
    await nextTick()
    return dialog
  }

  it('asks by its name and takes a yes', async () => {
    const dialog = await open({ title: 'Delete the comment?', confirmLabel: 'Delete', color: 'error' })
    expect(document.body.querySelector('[role="dialog"]')?.textContent).toContain('Delete the comment?')
    button('Delete').click()
    expect(dialog.emitted('answer')).toEqual([[{ confirmed: true, reason: '' }]])
  })

  it('takes a no', async () => {
    const dialog = await open({ title: 'Delete?' })
    button('Cancel').click()
    expect(dialog.emitted('answer')).toEqual([[{ confirmed: false }]])
  })

  it('goes on without an optional reason, and not without one that is required', async () => {
    const optional = await open({ title: 'Hold?', reason: 'optional' })
    button('Confirm').click()
    expect(optional.emitted('answer')).toEqual([[{ confirmed: true, reason: '' }]])
    optional.unmount()

    const required = await open({ title: 'Close?', reason: 'required' })
    button('Confirm').click()
    await nextTick()
    expect(required.emitted('answer')).toBeUndefined()
    expect(document.body.textContent).toContain('Write a short reason.')
    const field = document.body.querySelector('textarea')!
    field.value = ' settled '
    field.dispatchEvent(new Event('input'))
    await nextTick()
    button('Confirm').click()
    expect(required.emitted('answer')).toEqual([[{ confirmed: true, reason: 'settled' }]])
  })
})
