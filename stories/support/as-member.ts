import type { Component, ConcreteComponent } from 'vue'
import { defineComponent, h, onScopeDispose } from 'vue'
import type { Member } from '#shared/kanban/member.ts'
import type { BoardSummary } from '#shared/protocol/messages.ts'
import type { FirmAwareness } from '#shared/protocol/personal.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { useSessionStore } from '~/stores/session.ts'
import { BOARD_ID, PEOPLE, TIME_ZONE } from '../../tests/helpers/builders.ts'
import { buildPreferences, OPEN_FIRM } from '../../tests/helpers/notification-builders.ts'
import type { Routes } from './server.ts'
import { serve } from './server.ts'

export interface Situation {
  /** @default the partner */
  me?: Member
  preferences?: Partial<Preferences>
  firm?: Partial<FirmAwareness>
  /** @default one */
  boards?: BoardSummary[]
  /** What the server answers. @default nothing is in reach */
  routes?: Routes
  /** The browser says that it has no network. @default false */
  isOffline?: boolean
}

export interface AsMemberOptions extends Situation {
  /** Brings stores into the state that the story is about. */
  prepare?: () => void
}

/** Signs somebody in, as far as pages see it. To be called in a setup. */
export function signIn({ me = PEOPLE.partner, preferences, firm, boards = [{ id: BOARD_ID, name: 'Litigation', isDefault: true }], routes = {}, isOffline = false }: Situation): void {
  const member = { ...me, email: 'sakura.tanaka@aster.example', locale: null, transport: null }
  serve(routes)
  Object.assign(useSessionStore(), {
    member, lastMember: member, transport: 'hybrid', preferences: buildPreferences(preferences), firm: { ...OPEN_FIRM, ...firm }, timeZone: TIME_ZONE, boards,
  })
  if (!isOffline)
    return
  Object.defineProperty(navigator, 'onLine', { configurable: true, value: false })
  onScopeDispose(() => Reflect.deleteProperty(navigator, 'onLine'))
}

/** A page of somebody who is signed in, around what stands on it. */
export function asMember(content: Component, { prepare, ...situation }: AsMemberOptions = {}): ConcreteComponent {
  return defineComponent({
    setup() {
      signIn(situation)
      prepare?.()
      return () => h(content)
    },
  })
}
