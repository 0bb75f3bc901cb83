import { nextTick, watch } from 'vue'
import { useI18n } from '#imports'
import { useAwayReport } from './useAwayReport.ts'
import { useConnectionStatus } from './useConnectionStatus.ts'
import { useDurationWords } from './useDurationWords.ts'
import { useKanban } from './useKanban.ts'
import { useNotifications } from './useNotifications.ts'

/** A shorter outage isn't worth a word. */
const WORTH_A_WORD_MS = 10_000

const NOTICE_ID = 'reconnected'

/** Says once that the server is back after an outage, and what of this person's was sent, unless the report "Since you were away" does. */
export function useReconnectedNotice(): void {
  const { t } = useI18n()
  const kanban = useKanban()
  const { outage } = useConnectionStatus()
  const { report } = useAwayReport()
  const { info, dismiss } = useNotifications()
  const inWords = useDurationWords()
  /** Own changes that went in since the outage, as far as they were made before its end. */
  let sent = 0
  let isToTell = false

  kanban.onSettled(({ at, settled }) => {
    const { value: last } = outage
    if (settled.ok && (last === null || !isToTell || at <= last.endedAt))
      sent++
  })
  // What goes out while nothing is wrong belongs to no outage.
  watch(kanban.isOnline, online => online || begin())
  watch(() => kanban.status.value.state === 'waiting', isWaiting => isWaiting && begin())
  watch(outage, () => isToTell = true, { flush: 'sync' })
  watch([outage, kanban.pendingUpdates], tell)

  function begin(): void {
    if (!isToTell)
      sent = 0
    dismiss(NOTICE_ID)
  }

  async function tell(): Promise<void> {
    if (!isToTell || !outage.value || kanban.pendingUpdates.value > 0)
      return
    isToTell = false
    const { downtime } = outage.value
    // The report is made of the same moment.
    await nextTick()
    if (downtime < WORTH_A_WORD_MS || report.value !== null)
      return
    info({
      id: NOTICE_ID,
      icon: 'i-lucide-plug-zap',
      title: t('connection.back.title', { duration: inWords(downtime) }),
      description: sent > 0 ? t('connection.back.sent', { count: sent }, sent) : undefined,
    })
  }
}
