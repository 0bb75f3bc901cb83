import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { reloadNuxtApp } from '#imports'
import { takeNewestWorker } from '~/utils/newest-worker.ts'

/**
 * Why this page should be loaded anew: a newer build is on this device, a part of its own build is nowhere any
 * more, or that part can't come now.
 */
export type ReleaseNews = 'newer' | 'part-gone' | 'part-unreachable'

/** Whether this page is still the newest. Only the person loads it anew: nothing is taken out of their hands. */
export const useReleaseStore = defineStore('release', () => {
  const news = shallowRef<ReleaseNews | null>(null)
  /** Where the person wanted to go when a part was missing. */
  const wanted = shallowRef<string | null>(null)

  /** A newer build is on this device. */
  function announce(): void {
    news.value = 'newer'
  }

  /** A part of this page didn't come, from a server that is there or isn't. */
  function miss(isServerThere: boolean): void {
    news.value = isServerThere ? 'part-gone' : 'part-unreachable'
  }

  /** Remembers an address that couldn't be shown; null once the person is somewhere again. */
  function want(path: string | null): void {
    wanted.value = path
  }

  function dismiss(): void {
    news.value = null
  }

  /** Loads the page anew, with the newest build that the server has. */
  async function reload(): Promise<void> {
    await takeNewestWorker(globalThis.navigator?.serviceWorker)
    reloadNuxtApp({ force: true, ...(wanted.value !== null && { path: wanted.value }) })
  }

  return { news, wanted, announce, miss, want, dismiss, reload }
})
