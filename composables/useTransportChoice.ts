import type { ComputedRef } from 'vue'
import { computed } from 'vue'
import { useI18n } from '#imports'
import type { TransportChoice } from '~/stores/session.ts'
import { useSessionStore } from '~/stores/session.ts'
import { problemCodeOf, problemWordsOf } from './useApi.ts'
import { useNotifications } from './useNotifications.ts'

export interface UseTransportChoiceReturn {
  /** How the member wants news to come; null is the firm's way. */
  choice: ComputedRef<TransportChoice>
  /** Changes it on all of the member's pages; says so when that doesn't work. */
  choose: (choice: TransportChoice) => Promise<void>
}

/** The member's own say in how news come to them. */
export function useTransportChoice(): UseTransportChoiceReturn {
  const { t } = useI18n()
  const notices = useNotifications()
  const session = useSessionStore()

  async function choose(choice: TransportChoice): Promise<void> {
    try {
      await session.chooseTransport(choice)
    }
    catch (error) {
      notices.error({ title: t('transport.account.failed', { why: t(problemWordsOf(problemCodeOf(error))) }) })
    }
  }

  return { choice: computed(() => session.member?.transport ?? null), choose }
}
