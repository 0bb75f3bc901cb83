import { describe, expect, it } from 'vitest'
import { createToldNotices } from '~/utils/device/told-notices.ts'
import { createMemoryLocalStorage } from '../../helpers/local-storage.ts'

/** Locks of one browser, as its tabs share them. */
function fakeLocks() {
  const held: { name: string }[] = []
  let last: Promise<unknown> = Promise.resolve()
  const request = (name: string, ...rest: unknown[]) => {
    const hold = rest.at(-1) as () => unknown
    const isShared = (rest[0] as { mode?: string }).mode === 'shared'
    const run = async () => {
      const lock = { name }
      held.push(lock)
      try {
        return await hold()
      }
      finally {
        held.splice(held.indexOf(lock), 1)
      }
    }
    return isShared ? run() : last = last.then(run, run)
  }
  return { request, query: async () => ({ held, pending: [] }) } as unknown as LockManager
}

describe('the tabs of one browser', () => {
  it('[N10] tell each notice once between them, also after one was loaded again', async () => {
    const [storage, locks] = [createMemoryLocalStorage(), fakeLocks()]
    const [one, two] = [createToldNotices('m', { storage, locks }), createToldNotices('m', { storage, locks })]
    expect(await Promise.all([one.claim(['a', 'b']), two.claim(['a', 'b', 'c'])])).toEqual([['a', 'b'], ['c']])
    expect(await createToldNotices('m', { storage, locks }).claim(['a', 'c', 'd'])).toEqual(['d'])
    expect(await createToldNotices('other', { storage, locks }).claim(['a'])).toEqual(['a'])
  })

  it('agree without locks, too, and each tells for itself where nothing can be kept', async () => {
    const storage = createMemoryLocalStorage()
    expect(await createToldNotices('m', { storage, locks: null }).claim(['a'])).toEqual(['a'])
    expect(await createToldNotices('m', { storage, locks: null }).claim(['a'])).toEqual([])
    const forbidden = { getItem() { throw new Error('forbidden') }, setItem() {}, removeItem() { throw new Error('forbidden') } }
    const alone = createToldNotices('m', { storage: forbidden, locks: null })
    expect(await alone.claim(['a'])).toEqual(['a'])
    expect(() => alone.forget()).not.toThrow()
  })

  it('forget what was told with their member, and take nonsense for nothing', async () => {
    const storage = createMemoryLocalStorage()
    const told = createToldNotices('m', { storage, locks: null })
    storage.setItem('aster-told-m', '{"a":')
    expect(await told.claim(['a'])).toEqual(['a'])
    told.forget()
    expect(storage.getItem('aster-told-m')).toBeNull()
  })

  it('[W4] leave nothing behind that was on its way when their member signed out', async () => {
    const [storage, locks] = [createMemoryLocalStorage(), fakeLocks()]
    const told = createToldNotices('m', { storage, locks })
    const { promise, resolve } = Promise.withResolvers<undefined>()
    void locks.request('aster-told-m', () => promise)
    const claimed = told.claim(['a'])
    told.forget()
    resolve(undefined)
    await claimed
    await told.claim(['b'])
    expect(storage.getItem('aster-told-m')).toBeNull()
  })

  it('know whether one of them is on the screen', async () => {
    const locks = fakeLocks()
    const [one, two] = [createToldNotices('m', { storage: createMemoryLocalStorage(), locks }), createToldNotices('m', { storage: createMemoryLocalStorage(), locks })]
    const hide = one.show()
    expect(await two.isAnyShown()).toBe(true)
    hide()
    await new Promise(resolve => setImmediate(resolve))
    expect(await two.isAnyShown()).toBe(false)
    expect(await createToldNotices('m', { locks: null }).isAnyShown()).toBe(false)
  })
})
