import './preview.css'
import { addCollection } from '@iconify/vue'
import lucide from '@iconify-json/lucide/icons.json'
import ui from '@nuxt/ui/vue-plugin'
import type { Preview } from '@storybook/vue3-vite'
import { setup } from '@storybook/vue3-vite'
import { createPinia } from 'pinia'
import { h } from 'vue'
import StoryPage from '../support/StoryPage.vue'
import { i18n } from '../support/messages.ts'
import NuxtLink from '../support/NuxtLink.vue'

// Else they would be asked of a host outside.
addCollection(lucide)

setup((app) => {
  app.use(createPinia()).use(i18n).use(ui)
  app.component('NuxtLink', NuxtLink)
  app.component('ClientOnly', (_, { slots }) => slots.default?.())
})

export default {
  parameters: {
    layout: 'fullscreen',
    controls: { hideNoControlsWarning: true },
  },
  globalTypes: {
    theme: { description: 'Light or dark', toolbar: { title: 'Theme', items: ['light', 'dark'], dynamicTitle: true } },
    locale: { description: 'Language', toolbar: { title: 'Language', items: ['en', 'ja'], dynamicTitle: true } },
  },
  initialGlobals: { theme: 'light', locale: 'en' },
  decorators: [
    (story, { globals }) => ({
      setup() {
        // Once: drawn anew, it would begin anew.
        const shown = story()
        return () => h(StoryPage, { theme: String(globals.theme), locale: globals.locale as 'en' | 'ja' }, { default: () => h(shown) })
      },
    }),
  ],
} satisfies Preview
