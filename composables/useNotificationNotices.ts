import { navigateTo, useI18n, useRoute } from '#imports'
import { defaultWindow, tryOnScopeDispose, useDocumentVisibility, useMediaQuery } from '@vueuse/core'
import { computed, shallowRef, watch } from 'vue'
import { isAloud } from '#shared/notifications/notice-rules.ts'
import type { Notice } from '#shared/notifications/notice-shelf.ts'
import { closeNotice, EMPTY_SHELF, fitShelf, keepNotices, MOST_NOTICES, placeNotices } from '#shared/notifications/notice-shelf.ts'
import type { Notification } from '#shared/protocol/notifications.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import { useNotificationsStore } from '~/stores/notifications.ts'
import { usePersonalStore } from '~/stores/personal.ts'
import { useSessionStore } from '~/stores/session.ts'
import { mayShowDesktop, showDesktop } from '~/utils/device/desktop-notices.ts'
import type { ToldNotices } from '~/utils/device/told-notices.ts'
import { createToldNotices } from '~/utils/device/told-notices.ts'
import { useFirmPeople } from './useFirmPeople.ts'
import { useLiveRegion } from './useLiveRegion.ts'
import { useNotificationDeeds } from './useNotificationDeeds.ts'
import { useNotifications } from './useNotifications.ts'
import { NOTIFICATION_ICONS, useNotificationWords } from './useNotificationWords.ts'

/** Long enough to be read in passing; the centre keeps it. */
const SHOWN_MS = 12_000

/** So long a page that has not the focus, or isn't on the screen, leaves to others to tell, in milliseconds. */
const AFTER_FOCUSED_MS = 300
const AFTER_SHOWN_MS = 1_500

/** So many fit on a phone. */
const MOST_ON_PHONE = 2

const MORE_ID = 'notice:more'

/** The tabs' agreement on who tells what. @default the browser's */
export interface UseNotificationNoticesOptions {
  clock?: Clock
  toldOf?: (memberId: string) => ToldNotices
}

/**
 * Shows new notifications at the edge of the screen, or as notices of the operating system: each once in all tabs of a
 * browser. In a server render it does nothing.
 */
export function useNotificationNotices({ clock = systemClock, toldOf = createToldNotices }: UseNotificationNoticesOptions = {}): void {
  if (!defaultWindow)
    return
  const { t } = useI18n()
  const route = useRoute()
  const store = useNotificationsStore()
  const personal = usePersonalStore()
  const session = useSessionStore()
  const people = useFirmPeople()
  const words = useNotificationWords({ ...people, now: personal.now })
  const notices = useNotifications()
  const { say } = useLiveRegion()
  const deeds = useNotificationDeeds()
  const visibility = useDocumentVisibility()
  const isShown = computed(() => visibility.value === 'visible')
  const isNarrow = useMediaQuery('(max-width: 47.99rem)')
  /** How many notices fit: on a phone they would cover the board. */
  const room = computed(() => (isNarrow.value ? MOST_ON_PHONE : MOST_NOTICES) - (store.hasBoardNotice ? 1 : 0))
  const shelf = shallowRef(EMPTY_SHELF)
  let told: ToldNotices | null = null
  let isOver = false

  watch(() => session.lastMember?.id, (id, before) => {
    if (before !== undefined && before !== id) {
      told?.forget()
      shelf.value = EMPTY_SHELF
    }
    told = id === undefined ? null : toldOf(id)
  }, { immediate: true, flush: 'sync' })
  watch([isShown, () => session.lastMember?.id], ([now], _, onCleanup) => {
    if (now && told)
      onCleanup(told.show())
  }, { immediate: true })

  tryOnScopeDispose(store.onFresh(fresh => void tell(fresh)))
  // What was read, muted or cleared meanwhile, wherever that was, needs no word any more.
  watch([() => store.byId, () => personal.preferences], () => {
    shelf.value = keepNotices(shelf.value, ({ id }) => {
      const now = store.byId.get(id)
      return now !== undefined && isWanted(now)
    })
  })
  watch(room, now => shelf.value = fitShelf(shelf.value, now))
  watch(() => store.isOpen, isOpen => isOpen && (shelf.value = EMPTY_SHELF))
  watch(shelf, ({ notices: now, more }, before) => {
    before.notices.filter(({ id }) => !now.some(notice => notice.id === id)).forEach(({ id }) => notices.dismiss(id))
    now.filter(notice => !before.notices.includes(notice)).forEach(show)
    // One that grows where it stands isn't read again by itself.
    const grown = now.filter(({ id, items }) => before.notices.some(notice => notice.id === id && notice.items.length < items.length))
    grown.forEach(({ items }) => say(words.groupSentence(items)))
    if (more.length > 0 && more !== before.more)
      showMore(more)
    else if (more.length === 0 && before.more.length > 0)
      notices.dismiss(MORE_ID)
  })
  tryOnScopeDispose(() => {
    isOver = true
    shelf.value.notices.forEach(({ id }) => notices.dismiss(id))
    notices.dismiss(MORE_ID)
  })

  function isWanted(notification: Notification): boolean {
    return isAloud(notification, {
      me: session.me.id, preferences: personal.preferences, level: personal.firm.notices, now: personal.now(), timeZone: people.timeZone.value,
    })
  }

  async function tell(fresh: readonly Notification[]): Promise<void> {
    const agreement = told
    // What is open is seen as it changes.
    const aloud = fresh.filter(item => isWanted(item) && !(isShown.value && item.type === 'followed' && route.params.matterId === item.matter.id))
    if (aloud.length === 0 || !agreement || store.isOpen)
      return
    if (!isShown.value && !(personal.preferences.desktop && mayShowDesktop()))
      return
    // Names that no open board tells.
    await people.learn()
    if (!isShown.value)
      await wait(AFTER_SHOWN_MS)
    else if (!document.hasFocus())
      await wait(AFTER_FOCUSED_MS)
    if (!isShown.value && await agreement.isAnyShown())
      return
    const mine = new Set(await agreement.claim(aloud.map(keyOf)))
    if (isOver || agreement !== told)
      return
    const left = aloud.filter(item => mine.has(keyOf(item)) && isWanted(store.byId.get(item.id) ?? { ...item, read: true }))
    if (isShown.value)
      shelf.value = placeNotices(shelf.value, left, clock.now(), room.value)
    else
      left.forEach(tellOnDesktop)
  }

  /** An operating system keeps and shows notices where it likes, on a locked screen, too: they name no title and nobody's client. */
  function tellOnDesktop(item: Notification): void {
    showDesktop({ title: words.sentence(item), body: item.matter?.caseNumber ?? '', tag: item.id, onClick: () => void open(item) })
  }

  function show({ id, items }: Notice): void {
    const item = items.at(-1)!
    const isOne = items.length === 1
    const leads = isOne && deeds.addressOf(item) !== null
    const ids = items.map(one => one.id)
    notices.info({
      id,
      title: words.groupSentence(items),
      description: words.groupAbout(items),
      icon: NOTIFICATION_ICONS[item.type],
      duration: SHOWN_MS,
      actions: [
        leads ? { label: t('notifications.notice.open'), onClick: () => void open(item) } : { label: t('notifications.notice.show'), onClick: openCentre },
        { label: t('notifications.notice.read'), variant: 'ghost', onClick: () => void deeds.markRead(ids) },
        ...isOne && item.matter && !isNarrow.value ? [{ label: t('notifications.notice.mute'), variant: 'ghost' as const, onClick: () => void deeds.muteMatter(item.matter, true) }] : [],
      ],
      ...leads && { onClick: () => void open(item) },
      onClose: () => shelf.value = closeNotice(shelf.value, id),
    })
  }

  function showMore(more: readonly Notification[]): void {
    notices.info({
      id: MORE_ID,
      title: t('notifications.notice.more', { count: more.length }, more.length),
      icon: 'i-lucide-bell',
      duration: SHOWN_MS,
      actions: [{ label: t('notifications.notice.show'), onClick: openCentre }],
      onClose: () => shelf.value = closeNotice(shelf.value, null),
    })
  }

  function openCentre(): void {
    store.isOpen = true
  }

  async function open(item: Notification): Promise<void> {
    shelf.value = keepNotices(shelf.value, ({ id }) => id !== item.id)
    const address = deeds.addressOf(item)
    void deeds.markRead([item.id])
    if (address)
      await navigateTo(address)
    else
      openCentre()
  }

  function wait(ms: number): Promise<void> {
    return new Promise(resolve => clock.setTimer(resolve, ms))
  }
}

/** What counts up is told again. */
function keyOf({ id, at }: Notification): string {
  return `${id}@${at}`
}
