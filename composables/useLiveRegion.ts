import type { ShallowRef } from 'vue'
import { shallowReadonly, shallowRef } from 'vue'

/** A sentence for the ears; the number makes the same words twice two sentences. */
export interface Announcement {
  text: string
  number: number
}

export interface UseLiveRegionReturn {
  /** What the page's one live region holds. */
  announcement: Readonly<ShallowRef<Announcement>>
  /** Says a sentence to people who listen to the screen; it replaces the one before. */
  say: (text: string) => void
}

/** Written by what people do in a browser only: on the server it stays empty for everybody. */
const announcement = shallowRef<Announcement>({ text: '', number: 0 })

/** The one voice of the page. `LiveRegion.vue` carries it. */
export function useLiveRegion(): UseLiveRegionReturn {
  return {
    announcement: shallowReadonly(announcement),
    say(text) {
      announcement.value = { text, number: announcement.value.number + 1 }
    },
  }
}
