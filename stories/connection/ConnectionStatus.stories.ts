import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { computed, h, ref, shallowRef } from 'vue'
import type { Connection } from '#shared/realtime/connection.ts'
import type { ConnectionState } from '#shared/realtime/connection-state.ts'
import ConnectionStatus from '~/components/connection/ConnectionStatus.vue'
import type { UseConnectionStatusReturn } from '~/composables/useConnectionStatus.ts'
import type { UseNetworkStatusReturn } from '~/composables/useNetworkStatus.ts'
import { NOW, TIME_ZONE } from '../../tests/helpers/builders.ts'

interface Standing {
  way?: UseConnectionStatusReturn['way']['value']
  waiting?: number
  nextTryAt?: number | null
}

function standing(state: ConnectionState, { way = null, waiting = 0, nextTryAt = null }: Standing = {}): UseConnectionStatusReturn {
  return {
    state: computed(() => state),
    via: computed(() => state === 'live' ? 'socket' as const : state === 'polling' ? 'polling' as const : null),
    way: computed(() => way),
    lastSync: computed(() => NOW),
    waiting: computed(() => waiting),
    nextTryAt: computed(() => nextTryAt),
    isOutOfDate: shallowRef(state === 'stale'),
    outage: shallowRef(null),
    downtime: computed(() => null),
    isRisky: () => false,
    askFirst: async () => true,
    sync: async () => {},
    retry: async () => {},
  }
}

function network(quality: 'good' | 'slow' = 'good'): UseNetworkStatusReturn {
  return {
    isOnline: ref(true),
    roundTrip: computed(() => quality === 'slow' ? 840 : 12),
    quality: computed(() => quality),
    effectiveType: computed(() => quality === 'slow' ? '2g' : '4g'),
    downlink: computed(() => 10),
    saveData: computed(() => false),
    check: async () => 12,
  }
}

const LIVE = {
  connection: standing('live', { way: 'socket' }),
  status: { state: 'live', since: NOW, via: 'socket' } as Connection,
  network: network(),
  isOnline: true,
  pendingUpdates: 0,
  isStoredHere: true,
  timeZone: TIME_ZONE,
}

/** The indicator, opened: what stands behind the word is the story. */
function shown(props: Partial<typeof LIVE> = {}): StoryObj {
  return {
    render: () => ({ render: () => h(ConnectionStatus, { ...LIVE, ...props }) }),
    play: ({ canvasElement }) => canvasElement.querySelector('button')!.click(),
  }
}

export default { title: 'connection/ConnectionStatus' } satisfies Meta

export const Live = shown()
export const Polling = shown({ connection: standing('polling', { way: 'blocked' }) })
export const Syncing = shown({ connection: standing('syncing', { waiting: 3 }), pendingUpdates: 3 })
export const Delayed = shown({
  connection: standing('delayed', { waiting: 2, nextTryAt: Date.now() + 3_600_000 }),
  status: { state: 'waiting', attempt: 4, retryAt: Date.now() + 3_600_000, cause: 'network' },
  pendingUpdates: 2,
})
export const Offline = shown({ connection: standing('offline', { waiting: 12 }), status: { state: 'paused', reason: 'offline' }, isOnline: false, pendingUpdates: 12 })
export const OutOfDate = shown({ connection: standing('stale'), status: { state: 'paused', reason: 'signed-out' } })
export const Off = shown({ connection: standing('off', { way: 'off' }), status: { state: 'paused', reason: 'off' } })
export const SlowNetwork = shown({ network: network('slow') })
export const NothingIsKept = shown({ isStoredHere: false, pendingUpdates: 1 })
