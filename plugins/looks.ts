import { watch } from 'vue'
import { defineNuxtPlugin, useColorMode, useHead } from '#imports'
import { usePersonalStore } from '~/stores/personal.ts'
import { useSessionStore } from '~/stores/session.ts'

/** As `colorMode.storageKey` in nuxt.config.ts. */
const STORAGE_KEY = 'aster-color-mode'

/**
 * Has each device look as its member wants it, from the first frame: the density stands in the page, and the theme
 * is put where the script in the page's head looks for it. A language that is chosen on one device goes to the pages on all.
 */
export default defineNuxtPlugin({
  name: 'looks',
  setup(nuxtApp) {
    const personal = usePersonalStore()
    const session = useSessionStore()
    useHead({ htmlAttrs: { 'data-density': () => personal.preferences.density } })
    if (import.meta.server) {
      // Once the member is known, which the middleware finds out.
      useHead({
        script: [{
          key: 'theme',
          tagPriority: 'critical',
          innerHTML: () => session.member ? `try{localStorage.setItem('${STORAGE_KEY}','${personal.preferences.theme}')}catch{}` : '',
        }],
      })
      return
    }
    const colorMode = useColorMode()
    // Until then the page is as the server made it.
    nuxtApp.hook('app:mounted', () => {
      watch(() => session.member && personal.preferences.theme, (theme) => {
        if (theme)
          colorMode.preference = theme
      }, { immediate: true })
      // What was chosen before this page is the browser's own business: it remembers a language by itself.
      const { locale, setLocale } = nuxtApp.$i18n
      watch(() => session.member?.locale, (chosen, before) => {
        if (before !== undefined && chosen && chosen !== locale.value)
          void setLocale(chosen)
      })
    })
  },
})
