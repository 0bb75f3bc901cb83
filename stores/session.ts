import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Member } from '#shared/kanban/member.ts'
import type { BoardSummary, MeAnswer } from '#shared/protocol/messages.ts'
import { ApiProblem, useApi } from '~/composables/useApi.ts'

/** Who is nobody sees nothing and may do nothing. */
const NOBODY: Member = { id: '', name: '', role: 'CLIENT', active: false }

/** Who is signed in, and the boards that they may open. */
export const useSessionStore = defineStore('session', () => {
  const api = useApi()
  /** Null while nobody is signed in. */
  const member = shallowRef<MeAnswer['member'] | null>(null)
  const boards = shallowRef<BoardSummary[]>([])
  /** The session ended by itself: what was typed and what waits is kept for the same member's return. */
  const expired = shallowRef(false)
  /** Whose unsent work may be in this browser's memory. */
  const lastMember = shallowRef<Member | null>(null)
  /** The member, also after the session expired, for what is still on the screen. */
  const me = computed<Member>(() => member.value ?? lastMember.value ?? NOBODY)

  function accept(answer: MeAnswer): void {
    member.value = answer.member
    lastMember.value = answer.member
    boards.value = answer.boards
    expired.value = false
  }

  /** Asks who is signed in. Nobody is no error. */
  async function load(): Promise<void> {
    try {
      accept(await api<MeAnswer>('/api/auth/me', { signInAgain: false }))
    }
    catch (error) {
      if (!(error instanceof ApiProblem && error.status === 401))
        throw error
      member.value = null
    }
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
    member.value = null
    lastMember.value = null
    boards.value = []
    expired.value = false
  }

  /** Notes that the server no longer knows the session. */
  function expire(): void {
    if (!member.value)
      return
    member.value = null
    expired.value = true
  }

  return { member, boards, expired, lastMember, me, load, login, logout, leave, expire }
})
