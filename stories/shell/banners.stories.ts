import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { h } from 'vue'
import SessionExpired from '~/components/connection/SessionExpired.vue'
import AppHeader from '~/components/shell/AppHeader.vue'
import NeedsNetwork from '~/components/shell/NeedsNetwork.vue'
import NewVersion from '~/components/shell/NewVersion.vue'
import OutdatedPage from '~/components/shell/OutdatedPage.vue'
import { useNotificationsStore } from '~/stores/notifications.ts'
import type { ReleaseNews } from '~/stores/release.ts'
import { useReleaseStore } from '~/stores/release.ts'
import { useSessionStore } from '~/stores/session.ts'
import { PEOPLE } from '../../tests/helpers/builders.ts'
import { asMember } from '../support/as-member.ts'
import { everyType } from '../notifications/notifications-of.ts'
import { told } from '../support/told.ts'

const outdated = (waiting: number): StoryObj => ({ render: () => asMember({ render: () => h(OutdatedPage, { waiting }) }) })
const released = (news: ReleaseNews): StoryObj => ({
  render: () => asMember(NewVersion, {
    prepare: () => {
      useReleaseStore().news = news
    },
  }),
})
const header = (me: typeof PEOPLE[keyof typeof PEOPLE]): StoryObj => ({
  render: () => asMember(AppHeader, { me, routes: told(everyType), prepare: () => void useNotificationsStore().reload() }),
})

export default { title: 'shell/banners' } satisfies Meta

export const SessionIsOver: StoryObj = { render: () => asMember(SessionExpired, { prepare: () => useSessionStore().expire() }) }
export const OutdatedPageAlone = outdated(0)
export const OutdatedPageWithChanges = outdated(3)
export const NewVersionIsHere = released('newer')
export const PartIsGone = released('part-gone')
export const PartIsOutOfReach = released('part-unreachable')
export const PageNeedsTheNetwork: StoryObj = { render: () => asMember(NeedsNetwork) }
export const HeaderOfAPartner = header(PEOPLE.partner)
export const HeaderOfAnAdministrator = header(PEOPLE.admin)
export const HeaderOfAClient = header(PEOPLE.client)
