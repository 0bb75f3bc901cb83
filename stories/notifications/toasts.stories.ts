import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { useNotifications } from '~/composables/useNotifications.ts'
import type { NoticeOptions, UseNotificationsReturn } from '~/composables/useNotifications.ts'
import { asMember } from '../support/as-member.ts'
import { onceShown } from '../support/on-mounted.ts'

/** What is told when the page stands. */
const toasts = (show: (notices: UseNotificationsReturn) => void): StoryObj => ({
  render: () => asMember(onceShown(() => {
    const notices = useNotifications()
    return () => show(notices)
  })),
})
const action = { label: 'Undo', icon: 'i-lucide-undo-2', onClick: () => {} }
const one = (kind: 'success' | 'info' | 'warning' | 'error', notice: NoticeOptions) => toasts(notices => notices[kind](notice))

export default { title: 'notifications/toasts' } satisfies Meta

export const Success = one('success', { title: '2026-CV-0042 was deleted', actions: [action] })
export const Info = one('info', { title: 'The connection is back after 11 minutes', description: '3 of your changes went in.' })
export const Warning = one('warning', { title: 'The network is slow', description: 'Changes take a moment longer to arrive.' })
export const Problem = one('error', { title: '2026-CV-0042 could not be moved', description: 'The column is full.', actions: [action, { label: 'Look at it', onClick: () => {} }] })
export const LongWords = one('warning', {
  title: 'Wolfeschlegelsteinhausenbergerdorff Versicherungsgesellschaft mbH v. The Incorporated Trustees of the Ancient Company of Merchant Adventurers',
  description: '株式会社ながいなまえのかいしゃホールディングスインターナショナル東日本支社法務部による変更が競合しています。',
  actions: [action],
})
export const Several = toasts((notices) => {
  for (const [index, kind] of (['success', 'info', 'warning', 'error'] as const).entries())
    notices[kind]({ id: kind, title: `Notice ${index + 1}` })
})
