import { fileURLToPath } from 'node:url'

/** One file a feature and locale: `i18n/locales/<locale>/<feature>.json`. */
const messageFiles = (locale: string) =>
  ['common', 'auth', 'board', 'matter', 'problems', 'filters', 'import', 'enums', 'admin'].map(feature => `${locale}/${feature}.json`)

/** Where Tailwind looks for class names. Nuxt UI would have it scan the whole root, its own unused themes included. */
const STYLED_SOURCES = ['app.vue', 'error.vue', 'app.config.ts', '{components,composables,layouts,pages,stores,utils}/**/*']

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
  ui: { fonts: false, experimental: { componentDetection: true } },
  // Nothing is asked of another host: icons come with the build, and `svg` mode injects no style that the CSP would stop.
  icon: { provider: 'server', serverBundle: 'local', fallbackToApi: false, mode: 'svg', clientBundle: { scan: true, sizeLimitKb: 256 } },
  // `disableTransition` would inject a style that the CSP stops.
  colorMode: { preference: 'system', fallback: 'light', storageKey: 'aster-color-mode', disableTransition: false },
  i18n: {
    strategy: 'no_prefix',
    defaultLocale: 'en',
    locales: [
      { code: 'en', language: 'en', name: 'English', files: messageFiles('en') },
      { code: 'ja', language: 'ja', name: '日本語', files: messageFiles('ja') },
    ],
    detectBrowserLanguage: { useCookie: true, cookieKey: 'aster-locale', fallbackLocale: 'en' },
    bundle: { compositionOnly: true, fullInstall: false, dropMessageCompiler: true, runtimeOnly: true },
  },
  hooks: {
    'app:templates'(app) {
      const styles = app.templates.find(template => template.filename === 'ui.css')
      const getContents = styles?.getContents
      if (!styles || !getContents)
        return
      styles.getContents = async data => (await getContents(data)).replace(
        /@source "([^"]*)\/\*\*\/\*";/,
        (_, root: string) => STYLED_SOURCES.map(source => `@source "${root}/${source}";`).join('\n'),
      )
    },
  },
  eslint: { config: { stylistic: { quotes: 'single', semi: false } } },
})
