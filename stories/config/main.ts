import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import ui from '@nuxt/ui/vite'
import type { StorybookConfig } from '@storybook/vue3-vite'
import vue from '@vitejs/plugin-vue'

const root = join(import.meta.dirname, '../..')

/** Files of the app that ask a server or a device, and what is there in their place. */
const STAND_INS: Record<string, string> = { useKanbanRealTime: 'kanban', useFirmPeople: 'people', useLiveCursors: 'cursors' }
const support = (name: string) => join(root, 'stories/support', `${name}.ts`)
const nuxt = support('nuxt')

/** The app's look is written for Nuxt, which makes this a name that everybody knows. */
Object.assign(globalThis, { defineAppConfig: <Config>(config: Config) => config })
const { default: appConfig } = await import('../../app.config.ts') as { default: { ui: object } }

/** The app's components by the names that templates call them by, `Lazy` in front or not. */
const components = new Map(globSync('components/**/*.vue', { cwd: root }).map(file => [basename(file, '.vue'), join(root, file)]))

/** What Nuxt puts into every file, as stories/support/nuxt.ts has it. */
const NUXT_IMPORTS = [
  'useRoute', 'useRouter', 'navigateTo', 'useHead', 'useColorMode', 'useNuxtApp', 'useRequestFetch', 'useRuntimeConfig', 'useCookie', 'onNuxtReady', 'callOnce', 'useLocalePath',
  'useI18n', 'useAsyncData', 'useFetch', 'definePageMeta',
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
          const name = STAND_INS[basename(id, '.ts')]
          if (name && id.includes('/') && !importer.includes('/stories/support/'))
            return support(name)
          if (importer.includes('node_modules'))
            return null
          return id === '#imports' ? nuxt : id === '#components' ? support('components') : null
        },
      },
      vue(),
      ui({
        ui: appConfig.ui,
        router: false,
        autoImport: {
          imports: ['vue', { [nuxt]: NUXT_IMPORTS }],
          dirs: [join(root, 'composables'), join(root, 'stores'), join(root, 'utils')],
          vueTemplate: true,
          dts: false,
        },
        components: { dts: false, dirs: [], resolvers: [name => components.get(name) ?? components.get(name.replace(/^Lazy/, ''))] },
      }),
    ],
  }),
} satisfies StorybookConfig
