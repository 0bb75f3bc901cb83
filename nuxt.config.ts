import { fileURLToPath } from 'node:url'

export default defineNuxtConfig({
  modules: ['@nuxt/eslint', '@nuxt/ui', '@pinia/nuxt', '@nuxtjs/i18n', 'nuxt-auth-utils', 'nuxt-security', '@nuxt/test-utils/module'],
  srcDir: '.',
  ignore: ['e2e/**', 'tests/**', 'scripts/**', 'coverage/**'],
  compatibilityDate: '2026-11-01',
  devtools: { enabled: false },
  telemetry: false,
  css: ['~/assets/css/main.css'],
  components: [{ path: '~/components', pathPrefix: false }],
  alias: { '#server': fileURLToPath(new URL('./server', import.meta.url)) },
  typescript: {
    strict: true,
    tsConfig: { compilerOptions: { allowImportingTsExtensions: true } },
    sharedTsConfig: { compilerOptions: { allowImportingTsExtensions: true } },
    nodeTsConfig: { compilerOptions: { allowImportingTsExtensions: true } },
  },
  eslint: { config: { stylistic: { quotes: 'single', semi: false } } },
})
