import 'fake-indexeddb/auto'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { createSSRApp, defineComponent, effectScope, watch } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { clearDrafts, useDraft } from '~/composables/useDraft.ts'
import { useDeviceStore } from '~/stores/device.ts'
import { deleteDatabase } from '~/utils/device/seen-members.ts'
import { buildId, PEOPLE } from '../../helpers/builders.ts'
import { createMemoryLocalStorage } from '../../helpers/local-storage.ts'

const KEY = { member: PEOPLE.partner.id, matter: buildId(1), field: 'comment' }
let scope: EffectScope

/** The page as it is opened anew. */
function openPage(): void {
  scope?.stop()
  useDeviceStore().close()
  setActivePinia(createPinia())
  scope = effectScope()
}

const draftOf = (key = KEY) => scope.run(() => useDraft<string>(key))!
const whenRead = () => useDeviceStore().open(KEY.member)

beforeEach(() => {
  vi.stubGlobal('localStorage', createMemoryLocalStorage())
  setActivePinia(createPinia())
  scope = effectScope()
})

afterEach(async () => {
  scope.stop()
  useDeviceStore().close()
  await deleteDatabase(PEOPLE.partner.id)
  await deleteDatabase(PEOPLE.clerk.id)
  vi.unstubAllGlobals()
})

describe('a draft', () => {
  it('[L3] is there again after a reload', async () => {
    draftOf().value = 'Half a sentence'
    await whenRead()
    openPage()
    const again = draftOf()
    expect(again.value).toBeNull()
    await whenRead()
    expect(again.value).toBe('Half a sentence')
  })

  it('shows as soon as it is there in a field that was there before it', async () => {
    draftOf().value = 'Half a sentence'
    await whenRead()
    openPage()
    const seen = vi.fn()
    scope.run(() => watch(draftOf(), seen, { flush: 'sync' }))
    await whenRead()
    expect(seen).toHaveBeenCalledExactlyOnceWith('Half a sentence', null, expect.anything())
  })

  it('is the same in two fields that show it', async () => {
    const [one, two] = [draftOf(), draftOf()]
    one.value = 'Half'
    expect(two.value).toBe('Half')
  })

  it('is gone once it is null', async () => {
    const draft = draftOf()
    draft.value = 'Half'
    draft.value = null
    await whenRead()
    openPage()
    await whenRead()
    expect(draftOf().value).toBeNull()
  })

  it('is nobody else\'s', async () => {
    draftOf().value = 'Mine'
    await whenRead()
    const theirs = draftOf({ ...KEY, member: PEOPLE.clerk.id })
    await useDeviceStore().open(PEOPLE.clerk.id)
    expect(theirs.value).toBeNull()
    theirs.value = 'Theirs'
    openPage()
    await whenRead()
    expect(draftOf().value).toBe('Mine')
  })

  it('is unknown to a render on the server, which opens nothing', async () => {
    const open = vi.spyOn(indexedDB, 'open')
    const Field = defineComponent(() => {
      const draft = useDraft<string>(KEY)
      return () => draft.value ?? 'nothing'
    })
    expect(await renderToString(createSSRApp(Field).use(createPinia()))).toBe('nothing')
    expect(open).not.toHaveBeenCalled()
  })

  it('can be typed where nothing can be kept', async () => {
    vi.stubGlobal('indexedDB', undefined)
    const draft = draftOf()
    draft.value = 'Half'
    await whenRead()
    expect([draft.value, useDeviceStore().isLasting]).toEqual(['Half', false])
  })
})

describe('clearing drafts', () => {
  it('forgets those of one matter, on the disk too', async () => {
    const [one, other] = [draftOf(), draftOf({ ...KEY, matter: buildId(2) })]
    one.value = 'a'
    other.value = 'b'
    await whenRead()
    clearDrafts(KEY.matter)
    expect([one.value, other.value]).toEqual([null, 'b'])
    openPage()
    await whenRead()
    expect([draftOf().value, draftOf({ ...KEY, matter: buildId(2) }).value]).toEqual([null, 'b'])
  })

  it('does nothing where nobody has typed', () => {
    expect(() => clearDrafts(KEY.matter)).not.toThrow()
  })
})
