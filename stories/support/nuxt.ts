import type { Ref } from 'vue'
import { computed, reactive, ref } from 'vue'

export { useToast } from '@nuxt/ui/composables'
export { useI18n } from 'vue-i18n'

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
export const useRequestFetch = () => async (): Promise<never> => {
  throw new Error('A story asks no server.')
}
export const useRuntimeConfig = () => ({ public: { realtimeTransport: '' } })
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
