import { fileURLToPath } from 'node:url'
import type { Nuxt } from '@nuxt/schema'

/** One file a feature and locale: `i18n/locales/<locale>/<feature>.json`. */
const messageFiles = (locale: string) =>
  ['common', 'auth', 'board', 'matter', 'problems', 'filters', 'import', 'enums', 'admin', 'conflict', 'offline', 'transport', 'presence', 'activity', 'awareness', 'notifications', 'assignments', 'preferences', 'connection'].map(feature => `${locale}/${feature}.json`)

/** Where Tailwind looks for class names. Nuxt UI would have it scan the whole root, its own unused themes included. */
const STYLED_SOURCES = ['app.vue', 'error.vue', 'app.config.ts', '{components,composables,layouts,pages,stores,utils}/**/*']

/**
 * Vue counts `onServerPrefetch` into the ids that `useId` makes. Nuxt takes those calls out of the
 * browser's code, so that every icon of the server's page would shift the ids and part labels from fields.
 */
function keepServerPrefetch(_options: unknown, nuxt: Nuxt): void {
  const { client } = nuxt.options.optimization.treeShake.composables
  client.vue = client.vue?.filter(name => name !== 'onServerPrefetch') ?? []
}

export default defineNuxtConfig({
  modules: ['@nuxt/eslint', '@nuxt/ui', '@pinia/nuxt', '@nuxtjs/i18n', 'nuxt-security', '@vite-pwa/nuxt', '@nuxt/test-utils/module', keepServerPrefetch],
  components: [{ path: '~/components', pathPrefix: false }],
  devtools: { enabled: false },
  css: ['~/assets/css/main.css'],
  // `disableTransition` would inject a style that the CSP stops.
  colorMode: { preference: 'system', fallback: 'light', storageKey: 'aster-color-mode', disableTransition: false },
  ui: { fonts: false, experimental: { componentDetection: true } },
  // Each key's environment variable changes a built server, too: NUXT_PUBLIC_REALTIME_TRANSPORT. shared/config/features.ts reads them.
  runtimeConfig: { public: { realtimeTransport: '' } },
  srcDir: '.',
  alias: { '#server': fileURLToPath(new URL('./server', import.meta.url)) },
  ignore: ['stories/**', 'e2e/**', 'tests/**', 'scripts/**', 'coverage/**'],
  routeRules: {
    // The page that the service worker keeps is nobody's, so it isn't rendered; Nuxt UI then puts its colours in by itself.
    '/shell': { ssr: false, security: { headers: { contentSecurityPolicy: { 'style-src': ["'self'", "'unsafe-inline'"] } } } },
    // A browser that went on with an old worker would go on with an old board.
    '/sw.js': { headers: { 'cache-control': 'no-cache' } },
  },
  experimental: {
    // Pages hear of a new build from the service worker; asked of the server, it is only noise where there is none.
    appManifest: false,
    // Loading the page anew is for the person to decide: components/shell/NewVersion.vue.
    emitRouteChunkError: 'manual',
  },
  compatibilityDate: '2026-11-01',
  // Answers with icons and messages are kept under names that the caller makes up: unbounded, anybody could fill the memory with them.
  nitro: {
    storage: { cache: { driver: 'lruCache', max: 500, maxSize: 32 * 1024 * 1024 } },
    // An office without a proxy in front loads a third of the bytes.
    compressPublicAssets: { gzip: true, brotli: true },
    // Hears upgrades; server/plugins/sockets.ts takes them from there.
    experimental: { websocket: true },
  },
  typescript: {
    strict: true,
    tsConfig: { compilerOptions: { allowImportingTsExtensions: true } },
    sharedTsConfig: { compilerOptions: { allowImportingTsExtensions: true } },
    nodeTsConfig: { compilerOptions: { allowImportingTsExtensions: true } },
  },
  telemetry: false,
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
  i18n: {
    strategy: 'no_prefix',
    defaultLocale: 'en',
    locales: [
      { code: 'en', language: 'en', name: 'English', files: messageFiles('en') },
      { code: 'ja', language: 'ja', name: '日本語', files: messageFiles('ja') },
    ],
    detectBrowserLanguage: { useCookie: true, cookieKey: 'aster-locale', fallbackLocale: 'en' },
    // The messages come from our own server as plain JSON, so the browser needs the compiler.
    bundle: { compositionOnly: true, fullInstall: false },
  },
  // Nothing is asked of another host: icons come with the build, and `svg` mode injects no style that the CSP would stop.
  // The set is named, because each icon on the screen would otherwise look through the names of all sets there are.
  icon: { provider: 'server', serverBundle: { collections: ['lucide'] }, fallbackToApi: false, mode: 'svg', clientBundle: { scan: true, sizeLimitKb: 256 } },
  // The worker is ours, service-worker/sw.ts, and so is its registration: a page is never reloaded under somebody's hands.
  pwa: {
    strategies: 'injectManifest',
    srcDir: 'service-worker',
    filename: 'sw.ts',
    manifest: false,
    injectRegister: false,
    client: { registerPlugin: false },
    // Of the letters only those that the two languages need; the others come when a name has them.
    injectManifest: { rollupFormat: 'iife', globPatterns: ['_nuxt/**/*.{js,css}', '_nuxt/inter-latin-wght-*.woff2', 'favicon.svg'] },
  },
  security: {
    headers: {
      contentSecurityPolicy: {
        'default-src': ["'self'"],
        'base-uri': ["'none'"],
        'connect-src': ["'self'"],
        'font-src': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'manifest-src': ["'self'"],
        'object-src': ["'none'"],
        'script-src': ["'self'", "'nonce-{{nonce}}'", "'strict-dynamic'"],
        'script-src-attr': ["'none'"],
        'style-src': ["'self'", "'nonce-{{nonce}}'"],
        // Positions of menus and virtual rows are style attributes, which take no nonce.
        'style-src-attr': ["'unsafe-inline'"],
        'worker-src': ["'self'"],
        // Would turn a board on plain http in an office into one that can't load its scripts.
        'upgrade-insecure-requests': false,
      },
      // Sent by server/middleware/https.ts, over https only.
      strictTransportSecurity: false,
      xFrameOptions: 'DENY',
      referrerPolicy: 'same-origin',
    },
    // It refuses any text that has a "<" in it, "a < b" too.
    xssValidator: false,
    // It counts pages and believes X-Forwarded-For; sign-in has its own.
    rateLimiter: false,
    // Bodies are bounded by server/middleware/body-size.ts, which answers in our own form.
    requestSizeLimiter: false,
    corsHandler: false,
    removeLoggers: false,
  },
})
