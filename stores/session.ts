import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { TransportKind } from '#shared/config/features.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { BoardSummary, MeAnswer, MeRequest } from '#shared/protocol/messages.ts'
import type { FirmAwareness, PersonalAnswer } from '#shared/protocol/personal.ts'
import { DEFAULT_AWARENESS } from '#shared/protocol/personal.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import { ApiProblem, isUnreachable, useApi } from '~/composables/useApi.ts'
import { createKeptSession } from '~/utils/device/kept-session.ts'

/** On a train a request rarely fails, it hangs: so long the server is waited for where the device knows who was here. */
const PATIENCE_MS = 2_000

/** How a member wants news to come; null is the firm's way. */
export type TransportChoice = MeAnswer['member']['transport']

/** Who is nobody sees nothing and may do nothing. */
const NOBODY: Member = { id: '', name: '', role: 'CLIENT', active: false }

/** Who is signed in, and the boards that they may open. */
export const useSessionStore = defineStore('session', () => {
  const api = useApi()
  /** A server has no device. */
  const device = 'window' in globalThis ? createKeptSession() : null
  /** Null while nobody is signed in. */
  const member = shallowRef<MeAnswer['member'] | null>(null)
  const boards = shallowRef<BoardSummary[]>([])
  /** IANA zone of the firm's legal time. */
  const timeZone = shallowRef('UTC')
  /** The way in which news come to this member; null until the server has said. */
  const transport = shallowRef<TransportKind | null>(null)
  /** As the server last said them: stores/personal.ts has those that show. */
  const preferences = shallowRef<Preferences>(DEFAULT_PREFERENCES)
  const firm = shallowRef<FirmAwareness>(DEFAULT_AWARENESS)
  /** The member is known from this device alone: the server couldn't be asked since the page was opened. */
  const isKept = shallowRef(false)
  /** The session ended by itself: what was typed and what waits is kept for the same member's return. */
  const expired = shallowRef(false)
  /** Whose unsent work may be in this browser's memory. */
  const lastMember = shallowRef<Member | null>(null)
  /** What was asked before somebody left is answered to nobody. */
  let era = 0
  /** Choices of the account that were begun and that are over: what was asked for between them may be answered as of before. */
  let choicesBegun = 0
  let choicesOver = 0
  /** The member, also after the session expired, for what is still on the screen. */
  const me = computed<Member>(() => member.value ?? lastMember.value ?? NOBODY)

  function accept(answer: MeAnswer, fromDevice = false): void {
    member.value = answer.member
    lastMember.value = answer.member
    boards.value = answer.boards
    timeZone.value = answer.timeZone
    transport.value = answer.transport
    preferences.value = answer.preferences
    firm.value = answer.firm
    isKept.value = fromDevice
    expired.value = false
    keep()
  }

  /** Keeps on this device what the server said, so that the board opens without a network. */
  function keep(): void {
    if (member.value && transport.value && !isKept.value)
      device?.keep({
        member: member.value, transport: transport.value, boards: boards.value, timeZone: timeZone.value, preferences: preferences.value, firm: firm.value,
      })
  }

  /** Notes that the server was reached again as this member. */
  function renew(): void {
    if (member.value && !isKept.value)
      device?.renew()
  }

  /** An answer as of before a choice doesn't take back the language that is on the screen. */
  function withOwnLanguage(answer: MeAnswer): MeAnswer {
    return { ...answer, member: { ...answer.member, locale: member.value?.locale ?? answer.member.locale } }
  }

  /** Asks who is signed in. Nobody is no error, and where no server can be asked the device may still know. */
  async function load(): Promise<void> {
    // Whoever is on the screen already stays.
    const kept = member.value ? null : device?.read()
    const begun = era
    const choices = settledChoices()
    try {
      const answer = await api<MeAnswer>('/api/auth/me', { signInAgain: false, ...(kept && { timeoutMs: PATIENCE_MS }) })
      if (begun === era)
        accept(choices !== null && choices === settledChoices() ? answer : withOwnLanguage(answer))
    }
    catch (error) {
      if (begun !== era)
        return
      if (error instanceof ApiProblem && error.status === 401)
        expire()
      else if (!device || !isUnreachable(error))
        throw error
      else if (kept)
        accept(kept, true)
    }
  }

  /** Has news come another way on all of this member's pages, or throws the `ApiProblem` that says why not. */
  async function chooseTransport(choice: TransportChoice): Promise<void> {
    const begun = era
    const answer = await saveAccount({ transport: choice })
    if (begun === era)
      accept(answer)
  }

  /** Has the account take this language to every device, or throws the `ApiProblem` that says why not. */
  async function saveLanguage(locale: NonNullable<MeAnswer['member']['locale']>): Promise<void> {
    const begun = era
    await saveAccount({ locale })
    if (begun === era && member.value) {
      member.value = { ...member.value, locale }
      keep()
    }
  }

  async function saveAccount(choice: MeRequest): Promise<MeAnswer> {
    choicesBegun++
    try {
      return await api<MeAnswer>('/api/auth/me', { method: 'PATCH', body: choice, headers: { 'aster-member': me.value.id }, keepalive: true })
    }
    finally {
      choicesOver++
    }
  }

  /** A number that is another after each choice of the account; null while one is under way. */
  function settledChoices(): number | null {
    return choicesBegun === choicesOver ? choicesOver : null
  }

  /** Takes what the server says of the member's own. */
  function takeOwn(own: Partial<Pick<PersonalAnswer, 'preferences' | 'firm' | 'account'>>): void {
    preferences.value = own.preferences ?? preferences.value
    firm.value = own.firm ?? firm.value
    const before = member.value
    if (own.account && before)
      member.value = { ...before, ...own.account }
    keep()
    // Which way that comes to, only the server knows.
    if (own.account && before && own.account.transport !== before.transport)
      void load().catch(() => {})
  }

  /** Takes the way that the server names on a page that used another. */
  async function follow(next: TransportKind): Promise<void> {
    if (!member.value || next === transport.value)
      return
    transport.value = next
    keep()
    // Whether that is the firm's way or the member's own, only the server knows.
    await load().catch(() => {})
  }

  /** Signs in, or throws the `ApiProblem` that says why not. */
  async function login(email: string, password: string): Promise<void> {
    await api('/api/auth/login', { method: 'POST', body: { email, password }, signInAgain: false })
    await load()
  }

  async function logout(): Promise<void> {
    await api('/api/auth/logout', { method: 'POST', signInAgain: false })
    leave()
  }

  /** Forgets who was here, without asking the server: another tab has signed out. */
  function leave(): void {
    era++
    member.value = null
    lastMember.value = null
    boards.value = []
    transport.value = null
    preferences.value = DEFAULT_PREFERENCES
    firm.value = DEFAULT_AWARENESS
    isKept.value = false
    expired.value = false
    device?.forget()
  }

  /** Notes that the server no longer knows the session. */
  function expire(): void {
    device?.forget()
    if (!member.value)
      return
    member.value = null
    isKept.value = false
    expired.value = true
  }

  return {
    member, boards, timeZone, transport, preferences, firm, isKept, expired, lastMember, me,
    load, keep, renew, takeOwn, chooseTransport, saveLanguage, settledChoices, follow, login, logout, leave, expire,
  }
})
