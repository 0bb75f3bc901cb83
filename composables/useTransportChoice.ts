import type { ComputedRef } from 'vue'
import { computed } from 'vue'
import { useI18n, useToast } from '#imports'
import type { TransportChoice } from '~/stores/session.ts'
import { useSessionStore } from '~/stores/session.ts'
import { problemCodeOf, problemWordsOf } from './useApi.ts'

export interface UseTransportChoiceReturn {
  /** How the member wants news to come; null is the firm's way. */
  choice: ComputedRef<TransportChoice>
  /** Changes it on all of the member's pages; says so when that doesn't work. */
  choose: (choice: TransportChoice) => Promise<void>
}

/** The member's own say in how news come to them. */
export function useTransportChoice(): UseTransportChoiceReturn {
  const { t } = useI18n()
  const toast = useToast()
  const session = useSessionStore()

  async function choose(choice: TransportChoice): Promise<void> {
    try {
      await session.chooseTransport(choice)
    }
    catch (error) {
      toast.add({ title: t('transport.account.failed', { why: t(problemWordsOf(problemCodeOf(error))) }), color: 'error', icon: 'i-lucide-circle-alert' })
    }
  }

  return { choice: computed(() => session.member?.transport ?? null), choose }
}
