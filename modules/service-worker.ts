import { defineNuxtModule } from '@nuxt/kit'

/** Tells the service worker what belongs to the build and isn't a file: the empty page, and the messages of each language. */
export default defineNuxtModule({
  meta: { name: 'aster:service-worker' },
  setup(_options, nuxt) {
    /** Addresses of messages carry a hash of their content. */
    let hashes: Record<string, string> = {}
    nuxt.hook('nitro:init', (nitro) => {
      hashes = JSON.parse(String(nitro.options.replace.__I18N_LOCALE_HASHES__ ?? '{}')) as Record<string, string>
    })
    nuxt.hook('pwa:beforeBuildServiceWorker', ({ injectManifest }) => {
      injectManifest.additionalManifestEntries = [
        { url: '/shell', revision: nuxt.options.buildId },
        ...Object.entries(hashes).map(([locale, hash]) => ({ url: `/_i18n/${hash}/${locale}/messages.json`, revision: null })),
      ]
    })
  },
})
