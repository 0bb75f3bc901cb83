import { beforeEach, describe, expect, it } from 'vitest'
import type { MergedPlace } from '#shared/realtime/presence.ts'
import type { UsePresenceWordsReturn } from '~/composables/usePresenceWords.ts'
import { usePresenceWords } from '~/composables/usePresenceWords.ts'
import { buildMatter, NOW } from '../../helpers/builders.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import { speak } from '../../helpers/real-words.ts'

const matter = buildMatter({ caseNumber: '2026-CV-0042' })
let words: UsePresenceWordsReturn

beforeEach(() => {
  speak('en')
  words = usePresenceWords(fakeKanban({ matters: [matter] }))
})

const said = (place: Partial<MergedPlace>) => words.placeInWords({ matterId: matter.id, action: 'viewing', fields: [], ...place } as MergedPlace)

describe('where somebody is, in words', () => {
  it('[A1] is the board, or what they do with a matter', () => {
    expect([said({ matterId: null }), said({}), said({ action: 'typing' })]).toEqual(['On the board', 'Has 2026-CV-0042 open', 'Writes a comment on 2026-CV-0042'])
  })

  it('is nothing at a matter that isn\'t on this screen', () => {
    expect(said({ matterId: 'walled' })).toBeNull()
  })

  it('names the fields that somebody edits, items by their list and each once', () => {
    expect(said({ action: 'editing', fields: ['title'] })).toBe('Edits Title in 2026-CV-0042')
    expect(said({ action: 'editing', fields: ['tasks/1', 'tasks/2', 'priority'] })).toBe('Edits Task and Priority in 2026-CV-0042')
  })

  it('says that it is a field where this page doesn\'t know which, as of a newer page', () => {
    expect([said({ action: 'editing', fields: ['fromNewerPage'] }), said({ action: 'editing' })]).toEqual(['Edits a field in 2026-CV-0042', 'Edits a field in 2026-CV-0042'])
  })
})

it('says since when somebody is here, with the day where it isn\'t today', () => {
  expect([words.since(NOW), words.since(NOW - 86_400_000)]).toEqual(['12:00', 'Nov 20, 12:00'])
})
