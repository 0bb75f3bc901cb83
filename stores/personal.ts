import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { PreferencesPatch } from '#shared/protocol/personal-requests.ts'
import { joinPatches, patchPreferences } from '#shared/protocol/preferences-patch.ts'
import type { PersonalAnswer, PersonalTag } from '#shared/protocol/personal.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { createChangeQueue } from '#shared/realtime/change-queue.ts'
import { useApi } from '~/composables/useApi.ts'
import { useSessionStore } from './session.ts'

type News = PersonalAnswer['notifications']

/** Named by a page that asked in vain: it is nobody's tag, so that the next poll names the member's. */
const NO_TAG: PersonalTag = 'none'

const NOTHING: ReadonlySet<MatterId> = new Set()

/** What is the member's own (rules N1–N3): preferences, followed matters, the firm's settings, and the way in for notifications. */
export const usePersonalStore = defineStore('personal', () => {
  const api = useApi()
  const session = useSessionStore()
  /** Of the last answer. */
  const tag = shallowRef<PersonalTag | null>(null)
  const followed = shallowRef(NOTHING)
  /** How far the server's clock is ahead, and by how much that may be wrong, in milliseconds. */
  const offset = shallowRef(0)
  let doubtMs = Infinity
  /** Changes that the server hasn't answered yet, in order; they show already. */
  const patches = shallowRef<readonly PreferencesPatch[]>([])
  const listeners = new Set<(news: News) => void>()
  /** Nobody was there to hear what was read first. */
  let isUnheard = false
  let hasFailed = false
  let asking: Promise<void> | null = null
  /** The newest tag that was heard of while an answer was on its way. */
  let heardOf: PersonalTag | null = null
  /** Answers to changes of preferences, so that a reading from before one isn't taken for newer. */
  let saves = 0
  /** Answers of one member aren't taken in for the next. */
  let era = 0

  const preferences = computed<Preferences>(() => patches.value.reduce(patchPreferences, session.preferences))

  /** The server's clock. */
  const now = (): EpochMs => Date.now() + offset.value

  /** Has the page's own requests refused where somebody else is signed in by now. */
  const asMember = () => ({ headers: { 'aster-member': session.me.id } })

  /** One after another, so that the last answer holds all of them. */
  const openQueue = () => createChangeQueue<PreferencesPatch, Preferences>({
    send: patch => api<Preferences>('/api/preferences', { method: 'PATCH', body: patch, keepalive: true, ...asMember() }),
    join: joinPatches,
  })
  let queue = openQueue()

  function take(answer: PersonalAnswer, sentAt: EpochMs, isNewest: boolean): void {
    setClock(answer.now, sentAt)
    followed.value = new Set(answer.follows)
    session.takeOwn({ firm: answer.firm, ...isNewest && { preferences: answer.preferences, account: answer.account } })
    if (isNewest)
      tag.value = answer.tag
    isUnheard ||= listeners.size === 0
    listeners.forEach(listener => listener(answer.notifications))
  }

  /** An answer that was long on its way tells less of the time than an earlier one that wasn't, as long as the two agree. */
  function setClock(serverNow: EpochMs, sentAt: EpochMs): void {
    const ahead = serverNow - (sentAt + Date.now()) / 2
    const doubt = Math.abs(Date.now() - sentAt) / 2
    if (doubt > doubtMs && Math.abs(ahead - offset.value) <= doubt + doubtMs)
      return
    offset.value = ahead
    doubtMs = doubt
  }

  /** Asks once; true when that has to be done again, since preferences were changed meanwhile. */
  async function askOnce(): Promise<boolean> {
    const begun = era
    const savesBefore = saves
    const choicesBefore = session.settledChoices()
    const sentAt = Date.now()
    const answer = await api<PersonalAnswer>('/api/personal', { query: { since: tag.value ?? undefined }, signInAgain: false, ...asMember() })
    if (begun !== era)
      return false
    const isNewest = saves === savesBefore && patches.value.length === 0 && choicesBefore !== null && session.settledChoices() === choicesBefore
    take(answer, sentAt, isNewest)
    hasFailed = false
    return !isNewest
  }

  async function ask(): Promise<void> {
    const begun = era
    heardOf = null
    try {
      if (await askOnce()) {
        await queue.settled()
        await askOnce()
      }
      // What moved meanwhile is asked for once more; what moves after that is heard of again.
      if (begun === era && heardOf !== null && heardOf !== tag.value)
        await askOnce()
    }
    catch (error) {
      hasFailed = true
      throw error
    }
  }

  /** Asks what changed, or is already asking. Rejects with an `ApiProblem`. */
  function refresh(): Promise<void> {
    if (!session.member)
      return Promise.resolve()
    const mine = asking ??= ask().finally(() => {
      if (asking === mine)
        asking = null
    })
    return mine
  }

  /** Takes word of a tag, and asks what changed where it is another. */
  async function hear(heard: PersonalTag): Promise<void> {
    if (heard === tag.value)
      return
    if (asking)
      heardOf = heard
    await refresh()
  }

  /** Notes that this page changed something: a question that is under way may be answered as of before, and is asked once more. */
  function noteChange(): void {
    if (asking)
      heardOf = NO_TAG
  }

  /** The tag that the page has, for polls to name; null before it was asked for. */
  function own(): PersonalTag | null {
    return tag.value ?? (hasFailed ? NO_TAG : null)
  }

  /** Shows the change at once and has it kept; takes it back and rejects with the `ApiProblem` where it is refused. */
  async function setPreferences(patch: PreferencesPatch): Promise<void> {
    const begun = era
    const mine = { ...patch }
    patches.value = [...patches.value, mine]
    try {
      const saved = await queue.add(mine)
      if (saved && begun === era) {
        saves++
        session.takeOwn({ preferences: saved })
      }
    }
    finally {
      patches.value = patches.value.filter(one => one !== mine)
    }
  }

  /** Sends what still waits its turn: the page goes away. */
  function hurry(): void {
    queue.hurry()
  }

  /** Hears of notifications: all that the page needs, or what came and changed; returns how to stop. */
  function onNotifications(listener: (news: News) => void): () => void {
    listeners.add(listener)
    if (isUnheard) {
      isUnheard = false
      tag.value = null
      void refresh().catch(() => {})
    }
    return () => listeners.delete(listener)
  }

  watch(() => session.lastMember?.id, () => {
    era++
    tag.value = null
    followed.value = NOTHING
    patches.value = []
    isUnheard = false
    hasFailed = false
    asking = null
    queue.clear()
    queue = openQueue()
  }, { flush: 'sync' })

  return {
    preferences,
    firm: computed(() => session.firm),
    follows: computed<ReadonlySet<MatterId>>(() => followed.value),
    now, own, hear, noteChange, refresh, setPreferences, hurry, onNotifications,
  }
})
