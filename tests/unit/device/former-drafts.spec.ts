import { expect, it, vi } from 'vitest'
import { readFormerDrafts } from '~/utils/device/former-drafts.ts'
import { createMemoryLocalStorage } from '../../helpers/local-storage.ts'

it('finds a member\'s drafts, and takes each away when asked', () => {
  const storage = createMemoryLocalStorage({
    'aster:draft:m1:k1:comment': '"Half"', 'aster:draft:m1:new-b:form:x': '{}', 'aster:draft:m10:k1:comment': '"other"', 'aster-session': '{}',
  })
  const found = readFormerDrafts('m1', () => storage)
  expect(found.map(({ matter, field, text }) => [matter, field, text])).toEqual([['k1', 'comment', '"Half"'], ['new-b', 'form:x', '{}']])
  found[0]!.remove()
  expect([storage.getItem('aster:draft:m1:k1:comment'), storage.length]).toEqual([null, 3])
})

it('finds none where a browser forbids to look', () => {
  vi.stubGlobal('localStorage', undefined)
  expect(readFormerDrafts('m1')).toEqual([])
  vi.unstubAllGlobals()
})
