import type { Ref, ShallowRef } from 'vue'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { Composer } from 'vue-i18n'
import { useI18n as useWords } from 'vue-i18n'
import { ask } from './server.ts'

export { useToast } from '@nuxt/ui/composables'

/*
 * What Nuxt gives to components, where no Nuxt is: stories are shown without a server and without other pages.
 */

const route = reactive({ path: '/', fullPath: '/', hash: '', params: {} as Record<string, string>, query: {} as Record<string, string>, meta: {} })
const router = { push: async () => {}, replace: async () => {}, back: () => {}, currentRoute: computed(() => route) }

export const useRoute = () => route
export const useRouter = () => router
export const navigateTo = async () => {}
export const useHead = () => {}
export const useColorMode = () => reactive({ preference: 'system', value: document.documentElement.classList.contains('dark') ? 'dark' : 'light' })
export const useNuxtApp = () => ({ $i18n: {}, payload: {}, hook: () => () => {} })
export const useRequestFetch = () => ask
export const useRuntimeConfig = () => ({ app: { buildId: 'story' }, public: { realtimeTransport: '' } })
export const definePageMeta = () => {}
export const useCookie = <Value>(_name: string, { default: make }: { default?: () => Value } = {}) => ref(make?.())
export const onNuxtReady = (work: () => unknown) => void work()
export const callOnce = async (_key: string, work: () => unknown) => void await work()
export const useLocalePath = () => (path: string) => path
export const reloadNuxtApp = () => {}
export const preloadRouteComponents = async () => {}

const states = new Map<string, Ref>()
export function useState<Value>(key: string, make?: () => Value): Ref<Value> {
  if (!states.has(key))
    states.set(key, ref(make?.()))
  return states.get(key) as Ref<Value>
}

/** The words of a story, with what Nuxt's own of this name knows beside them. */
export function useI18n(): Pick<Composer, 't' | 'locale'> & Record<'locales' | 'setLocale', unknown> {
  const words = useWords()
  return {
    ...words,
    locales: computed(() => [{ code: 'en', name: 'English' }, { code: 'ja', name: '日本語' }]),
    setLocale: async (locale: 'en' | 'ja') => void (words.locale.value = locale),
  }
}

interface AsyncData<Data> {
  data: ShallowRef<Data | undefined>
  error: ShallowRef<unknown>
  status: ShallowRef<'pending' | 'success' | 'error'>
  refresh: () => Promise<void>
}

/** Reads once, and again when something that is watched changes. A page waits for it, unless it is lazy. */
export function useAsyncData<Data>(
  _key: string, read: () => Promise<Data>, { watch: watched = [], lazy = false }: { watch?: (() => unknown)[], lazy?: boolean } = {},
): AsyncData<Data> & Promise<AsyncData<Data>> {
  const answer: AsyncData<Data> = { data: shallowRef(), error: shallowRef(), status: shallowRef('pending'), refresh }
  async function refresh(): Promise<void> {
    answer.status.value = 'pending'
    try {
      answer.data.value = await read()
      answer.status.value = 'success'
    }
    catch (error) {
      answer.error.value = error
      answer.status.value = 'error'
    }
  }
  if (watched.length > 0)
    watch(watched, refresh)
  const first = refresh()
  return Object.assign(lazy ? Promise.resolve(answer) : first.then(() => answer), answer)
}

export const useFetch = (path: string) => useAsyncData(path, () => ask(path))
