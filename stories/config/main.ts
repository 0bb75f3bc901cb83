import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import ui from '@nuxt/ui/vite'
import type { StorybookConfig } from '@storybook/vue3-vite'
import vue from '@vitejs/plugin-vue'

const root = join(import.meta.dirname, '../..')
const nuxt = join(root, 'stories/support/nuxt.ts')
const kanban = join(root, 'stories/support/kanban.ts')

/** The app's look is written for Nuxt, which makes this a name that everybody knows. */
Object.assign(globalThis, { defineAppConfig: <Config>(config: Config) => config })
const { default: appConfig } = await import('../../app.config.ts') as { default: { ui: object } }

/** The app's components by the names that templates call them by, `Lazy` in front or not. */
const components = new Map(globSync('components/**/*.vue', { cwd: root }).map(file => [basename(file, '.vue'), join(root, file)]))

/** What Nuxt puts into every file, as stories/support/nuxt.ts has it. */
const NUXT_IMPORTS = [
  'useRoute', 'useRouter', 'navigateTo', 'useHead', 'useColorMode', 'useNuxtApp', 'useRequestFetch', 'useRuntimeConfig', 'useCookie', 'onNuxtReady', 'callOnce', 'useLocalePath',
]

export default {
  stories: ['../**/*.stories.ts'],
  framework: { name: '@storybook/vue3-vite', options: { docgen: false } },
  staticDirs: ['../../public'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  viteFinal: config => ({
    ...config,
    resolve: {
      ...config.resolve,
      alias: { ...config.resolve?.alias, '#shared': join(root, 'shared'), '#server': join(root, 'server'), '~': root },
    },
    define: { ...config.define, 'import.meta.client': true, 'import.meta.server': false },
    plugins: [
      ...config.plugins ?? [],
      {
        name: 'stand-ins',
        enforce: 'pre' as const,
        resolveId(id: string, importer = '') {
          if (id.endsWith('/useKanbanRealTime.ts'))
            return kanban
          return id === '#imports' && !importer.includes('node_modules') ? nuxt : null
        },
      },
      vue(),
      ui({
        ui: appConfig.ui,
        router: false,
        autoImport: {
          imports: ['vue', { 'vue-i18n': ['useI18n'], [nuxt]: NUXT_IMPORTS }],
          dirs: [join(root, 'composables'), join(root, 'stores'), join(root, 'utils')],
          vueTemplate: true,
          dts: false,
        },
        components: { dts: false, dirs: [], resolvers: [name => components.get(name) ?? components.get(name.replace(/^Lazy/, ''))] },
      }),
    ],
  }),
} satisfies StorybookConfig
