/** What the app's files ask Nuxt for by name. */
export { default as NuxtLink } from './NuxtLink.vue'
