import { defineNuxtPlugin, onNuxtReady, useRouter, useRuntimeConfig } from '#imports'
import { useReleaseStore } from '~/stores/release.ts'
import { serverAnswers } from '~/utils/server-answers.ts'

/** A board stays open for days: this often it is looked whether there is a newer one. */
const LOOK_EVERY_MS = 3_600_000

/** Has the device keep the built files, and notices when this page is no longer the newest. */
export default defineNuxtPlugin((nuxtApp) => {
  const release = useReleaseStore()
  const router = useRouter()
  const build = useRuntimeConfig().app.buildId

  // A server that is down has lost no part, and loading the page anew would lose the page.
  nuxtApp.hook('app:chunkError', () => void serverAnswers().then(isThere => release.miss(isThere)))
  router.onError((_error, to) => release.want(to.fullPath))
  router.afterEach((_to, _from, failure) => failure || release.want(null))

  // There is none on plain http, and none while somebody develops.
  if (import.meta.dev || !('serviceWorker' in navigator))
    return
  const { serviceWorker } = navigator
  serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ kind?: unknown, build?: unknown } | null>) => {
    if (data?.kind === 'build' && data.build !== build)
      release.announce()
  })
  // After the page itself, which wants the same connection.
  onNuxtReady(() => void serviceWorker.register('/sw.js').catch(() => {})) // A browser that forbids it goes without.
  setInterval(() => void look(serviceWorker).catch(() => {}), LOOK_EVERY_MS) // No network: at the next look.
})

async function look(serviceWorker: ServiceWorkerContainer): Promise<void> {
  await (await serviceWorker.getRegistration())?.update()
}
