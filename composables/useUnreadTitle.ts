import { useHead, useI18n } from '#imports'
import { useDocumentVisibility } from '@vueuse/core'
import type { MaybeRefOrGetter } from 'vue'
import { computed, toValue } from 'vue'

/** Puts how many are unread before the page's title while nobody looks at it: a row of tabs shows it then. */
export function useUnreadTitle(unread: MaybeRefOrGetter<number>): void {
  const { t } = useI18n()
  const visibility = useDocumentVisibility()
  const count = computed(() => visibility.value === 'hidden' ? toValue(unread) : 0)

  // In the place of the one in app.vue, which it is but for the number.
  useHead(() => {
    const [number, app] = [count.value, t('common.appName')]
    return { titleTemplate: (title?: string) => `${number > 0 ? `(${number}) ` : ''}${title ? `${title} · ${app}` : app}` }
  })
}
