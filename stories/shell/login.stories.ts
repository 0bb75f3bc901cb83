import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { defineComponent, h } from 'vue'
import LoginPage from '~/pages/login.vue'
import { find } from '../support/find.ts'
import type { Routes } from '../support/server.ts'
import { refuse, serve } from '../support/server.ts'

const HEALTH: Routes = { 'GET /api/health': () => ({ demo: false }) }

/** The page, and what its server answers. */
const page = (routes: Routes): StoryObj => ({
  render: () => defineComponent({
    setup() {
      serve(routes)
      return () => h('div', { class: 'flex justify-center' }, h(LoginPage))
    },
  }),
})

/** Signs in, by hand. */
const signedIn = (routes: Routes): StoryObj => ({
  ...page({ ...HEALTH, ...routes }),
  play: async ({ canvasElement, userEvent }) => {
    await userEvent.type(await find('[name="email"]', canvasElement), 'sakura.tanaka@aster.example')
    await userEvent.type(canvasElement.querySelector('[name="password"]')!, 'not this one')
    await userEvent.click(canvasElement.querySelector('[type="submit"]')!)
    await find('[role="alert"]', canvasElement)
  },
})

export default { title: 'shell/login' } satisfies Meta

export const Fresh = page(HEALTH)
export const Demo = page({ 'GET /api/health': () => ({ demo: true }) })
export const OutOfReach = page({})
export const Refused = signedIn({ 'POST /api/auth/login': refuse(401, 'INVALID_CREDENTIALS') })
export const TooManyTries = signedIn({ 'POST /api/auth/login': refuse(429, 'TOO_MANY_ATTEMPTS') })
export const ServerIsAway = signedIn({})
export const NothingIsTyped: StoryObj = {
  ...page(HEALTH),
  play: async ({ canvasElement, userEvent }) => userEvent.click(await find('[type="submit"]', canvasElement)),
}
