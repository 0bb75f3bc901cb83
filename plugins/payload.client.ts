import { defineNuxtPlugin } from '#imports'

/** What came with the page was read by now. In the page it would outlive what is no longer to be seen, and who signs out. */
export default defineNuxtPlugin((nuxtApp) => {
  nuxtApp.hook('app:mounted', () => document.querySelector('#__NUXT_DATA__')?.remove())
})
