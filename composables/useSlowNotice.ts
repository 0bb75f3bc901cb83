import { watch } from 'vue'
import { useI18n } from '#imports'
import type { UseNetworkStatusReturn } from './useNetworkStatus.ts'
import { useNotifications } from './useNotifications.ts'

const NOTICE_ID = 'slow-network'

/** Whether this tab was told already, for as long as it lives. */
let wasTold = false

/** Says once that the network is slow; a press on the connection says so for as long as it is. */
export function useSlowNotice({ quality, isOnline }: Pick<UseNetworkStatusReturn, 'quality' | 'isOnline'>): void {
  const { t } = useI18n()
  const { warning, dismiss } = useNotifications()

  watch(() => isOnline.value && quality.value === 'slow', (isSlow, wasSlow) => {
    if (wasSlow)
      return dismiss(NOTICE_ID)
    if (!isSlow || wasTold)
      return
    wasTold = true
    warning({ id: NOTICE_ID, icon: 'i-lucide-gauge', title: t('connection.slow.title'), description: t('connection.slow.body') })
  }, { immediate: 'window' in globalThis })
}
