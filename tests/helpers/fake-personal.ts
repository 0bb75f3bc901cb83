import { shallowRef } from 'vue'
import type { PreferencesPatch } from '#shared/protocol/personal-requests.ts'
import type { FirmAwareness, PersonalAnswer } from '#shared/protocol/personal.ts'
import { patchPreferences } from '#shared/protocol/preferences-patch.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { NOW } from './builders.ts'
import { buildNews, buildPreferences, OPEN_FIRM } from './notification-builders.ts'

type News = PersonalAnswer['notifications']

/** What `usePersonalStore` gives, with parts that a test sets by hand. */
export interface FakePersonal {
  readonly preferences: Preferences
  readonly firm: FirmAwareness
  now: () => number
  setPreferences: (patch: PreferencesPatch) => Promise<void>
  refresh: () => Promise<void>
  noteChange: () => void
  onNotifications: (listener: (news: News) => void) => () => void
  /** What the server tells. */
  tell: (news: Partial<News>) => void
  setFirm: (firm: Partial<FirmAwareness>) => void
  /** The next change of preferences fails with this. */
  refuseNext: (error: Error) => void
  reset: () => void
}

/** A member's own without a server: what is set is there at once. */
export function createFakePersonal(): FakePersonal {
  const preferences = shallowRef(buildPreferences())
  const firm = shallowRef(OPEN_FIRM)
  const listeners = new Set<(news: News) => void>()
  let refusal: Error | null = null
  return {
    get preferences() { return preferences.value },
    get firm() { return firm.value },
    now: () => NOW,
    async setPreferences(patch) {
      const refused = refusal
      refusal = null
      if (refused)
        throw refused
      preferences.value = patchPreferences(preferences.value, patch)
    },
    refresh: async () => {},
    noteChange() {},
    onNotifications(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell: news => listeners.forEach(listener => listener(buildNews(news))),
    setFirm: patch => firm.value = { ...firm.value, ...patch },
    refuseNext: error => refusal = error,
    reset() {
      preferences.value = buildPreferences()
      firm.value = OPEN_FIRM
    },
  }
}
