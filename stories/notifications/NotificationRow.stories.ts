import type { Meta, StoryObj } from '@storybook/vue3-vite'
import type { Component } from 'vue'
import { defineComponent, h, shallowRef } from 'vue'
import type { Notification } from '#shared/protocol/notifications.ts'
import NotificationRow from '~/components/notifications/NotificationRow.vue'
import { useFirmPeople } from '~/composables/useFirmPeople.ts'
import { useNotificationWords } from '~/composables/useNotificationWords.ts'
import { asMember } from '../support/as-member.ts'
import * as notifications from './notifications-of.ts'

/** One row, in the words that the app finds for it. */
function rowOf(notification: Notification, mutes: { mutedMatter?: boolean, mutedKind?: boolean }): Component {
  return defineComponent(() => {
    const now = shallowRef(Date.now())
    const people = useFirmPeople()
    const words = useNotificationWords({ ...people, now })
    return () => h('ul', { class: 'max-w-104 bg-default ring ring-default' }, h(NotificationRow, {
      notification, sentence: words.sentence(notification), about: words.about(notification), to: notification.matter && '#', now: now.value,
      timeZone: people.timeZone.value, mutedMatter: false, mutedKind: false, ...mutes,
    }))
  })
}
const row = (notification: Notification, mutes = {}): StoryObj => ({ render: () => asMember(rowOf(notification, mutes)) })

export default { title: 'notifications/NotificationRow' } satisfies Meta

export const Assigned = row(notifications.assigned)
export const AssignedRead = row({ ...notifications.assigned, read: true })
export const Mentioned = row(notifications.mentioned)
export const DeadlineNear = row(notifications.near)
export const DeadlineChanged = row(notifications.changed)
export const DeadlineDone = row(notifications.ticked)
export const Followed = row(notifications.followed)
export const FollowedGone = row(notifications.gone)
export const System = row(notifications.system)
export const LongNames = row(notifications.ofLongNames)
export const Muted = row(notifications.followed, { mutedMatter: true, mutedKind: true })
