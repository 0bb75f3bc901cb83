import { useToast } from '#imports'
import { mockNuxtImport, mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, nextTick } from 'vue'
import AccountMenu from '~/components/shell/AccountMenu.vue'
import SignOutDialog from '~/components/shell/SignOutDialog.vue'
import { useDeviceStore } from '~/stores/device.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useSessionStore } from '~/stores/session.ts'
import { PEOPLE } from '../../helpers/builders.ts'

mockNuxtImport('navigateTo', () => vi.fn())
const signedOut = vi.fn(() => ({}))
registerEndpoint('/api/auth/logout', { method: 'POST', handler: signedOut })

let unsent = { changes: 0, conflicts: 0 }
let drafts = 0
const resume = vi.fn()
const mounted: { unmount: () => void }[] = []

beforeEach(() => {
  unsent = { changes: 0, conflicts: 0 }
  drafts = 0
  vi.clearAllMocks()
  vi.spyOn(useKanbanStore(), 'unsent').mockImplementation(() => unsent)
  vi.spyOn(useKanbanStore(), 'resume').mockImplementation(resume)
  vi.spyOn(useDeviceStore(), 'typedDrafts').mockImplementation(() => drafts)
  useSessionStore().member = { ...PEOPLE.partner, email: 'partner@demo.test', locale: null, transport: null }
})
afterEach(() => {
  vi.useRealTimers()
  mounted.splice(0).forEach(({ unmount }) => unmount())
  document.body.replaceChildren()
})

const find = (name: string) => [...document.querySelectorAll<HTMLElement>('button, [role="menuitem"]')].find(each => each.textContent?.trim() === name)
const losses = () => [...document.querySelectorAll('[data-losses] li')].map(item => item.textContent?.trim())

async function openDialog() {
  const dialog = await mountSuspended(SignOutDialog, { attachTo: document.body })
  mounted.push(dialog)
  return dialog
}

describe('signing out', () => {
  async function choose(): Promise<void> {
    const menu = await mountSuspended(AccountMenu, { props: { member: useSessionStore().member }, attachTo: document.body })
    mounted.push(menu)
    await menu.get('button').trigger('click')
    await vi.waitFor(() => expect(find('Sign out')).toBeDefined())
    find('Sign out')!.click()
  }

  it('asks first while something would be deleted, and stays if told so', async () => {
    drafts = 1
    await choose()
    await vi.waitFor(() => expect(losses()).toEqual(['Something that you typed is not saved yet.']), { timeout: 5_000 })
    expect(signedOut).not.toHaveBeenCalled()
    find('Stay')!.click()
    await vi.waitFor(() => expect(losses()).toEqual([]))
    expect(useSessionStore().member).not.toBeNull()
  })

  it('goes on when it is told to, and asks nothing when nothing is lost', async () => {
    unsent = { changes: 3, conflicts: 1 }
    await choose()
    await vi.waitFor(() => expect(losses()).toEqual(['3 changes have not been sent.', 'One change waits for your decision.']), { timeout: 5_000 })
    find('Sign out anyway')!.click()
    await vi.waitFor(() => expect(useSessionStore().member).toBeNull())
    expect(signedOut).toHaveBeenCalledOnce()
    mounted.splice(0).forEach(({ unmount }) => unmount())
    unsent = { changes: 0, conflicts: 0 }
    useSessionStore().member = { ...PEOPLE.partner, email: 'partner@demo.test', locale: null, transport: null }
    await choose()
    // Its end, too: it would sign out whoever the next test has signed in.
    await vi.waitFor(() => expect(useSessionStore().member).toBeNull())
    expect(signedOut).toHaveBeenCalledTimes(2)
  })
})

describe('what stands at the edge of the screen', () => {
  it('[W4] goes with who it was said to, also where another tab signed out', async () => {
    const session = useSessionStore()
    session.lastMember = PEOPLE.partner
    let toast!: ReturnType<typeof useToast>
    mounted.push(await mountSuspended(defineComponent(() => {
      toast = useToast()
      return () => null
    })))
    toast.add({ title: 'Project Heron moved to Review', duration: 0 })
    await vi.waitFor(() => expect(toast.toasts.value).toHaveLength(1))
    session.leave()
    expect(toast.toasts.value).toEqual([])
  })
})

describe('sending first', () => {
  it('signs out once all has gone out', async () => {
    unsent = { changes: 2, conflicts: 0 }
    const dialog = await openDialog()
    resume.mockClear()
    find('Send and sign out')!.click()
    expect(resume).toHaveBeenCalledOnce()
    expect(dialog.emitted('leave')).toBeUndefined()
    unsent = { changes: 0, conflicts: 0 }
    await vi.waitFor(() => expect(dialog.emitted('leave')).toHaveLength(1))
  })

  it('doesn\'t sign out over what then waits for a decision', async () => {
    unsent = { changes: 1, conflicts: 0 }
    const dialog = await openDialog()
    find('Send and sign out')!.click()
    unsent = { changes: 0, conflicts: 1 }
    await vi.waitFor(() => expect(losses()).toEqual(['One change waits for your decision.']))
    expect(dialog.emitted('leave')).toBeUndefined()
    expect(find('Send and sign out')).toBeUndefined()
  })

  it('says that it couldn\'t, and asks again', async () => {
    vi.useFakeTimers()
    unsent = { changes: 1, conflicts: 0 }
    const dialog = await openDialog()
    find('Send and sign out')!.click()
    await vi.advanceTimersByTimeAsync(10_000)
    await nextTick()
    expect(document.body.textContent).toContain('Not everything could be sent yet')
    expect(find('Send and sign out')).toBeDefined()
    expect(dialog.emitted('leave')).toBeUndefined()
  })

  it('is offered only with a network', async () => {
    const onLine = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    unsent = { changes: 1, conflicts: 0 }
    await openDialog()
    expect(losses()).toEqual(['One change has not been sent.'])
    expect(find('Send and sign out')).toBeUndefined()
    onLine.mockRestore()
  })
})
