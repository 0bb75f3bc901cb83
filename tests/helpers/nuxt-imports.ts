import { vi } from 'vitest'
import { ref } from 'vue'

/*
 * What `#imports` means to the projects that run without Nuxt: the functions that composables and
 * stores take from it, each a mock whose answer a test may replace.
 */

export const useRequestFetch = vi.fn(() => globalThis.$fetch)
export const useRuntimeConfig = vi.fn(() => ({ public: {} as Record<string, unknown> }))
export const useRoute = vi.fn(() => ({ path: '/', fullPath: '/', params: {}, query: {} }) as Record<string, unknown>)
export const useRouter = vi.fn(() => ({ push: vi.fn(), replace: vi.fn(), currentRoute: { value: { fullPath: '/' } } }))
export const useState = vi.fn((_key: string, make?: () => unknown) => ref(make?.()))
/** Speaks after `speak()` of `real-words.ts`. */
export const useI18n = vi.fn()
export const navigateTo = vi.fn(async () => undefined as unknown)
export const reloadNuxtApp = vi.fn()
export const onNuxtReady = vi.fn((callback: () => unknown) => void callback())
export const defineNuxtPlugin = <Setup>(setup: Setup) => setup
