/// <reference lib="webworker" />
import type { BuildFile } from './offline-files.ts'
import { createOfflineFiles, roleOf, SHELL } from './offline-files.ts'

/*
 * Keeps the built files and one empty page on the device, so that the board opens without a network. Data for
 * that is in IndexedDB alone, where a removal finds it.
 */

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: BuildFile[] }

const files = self.__WB_MANIFEST.map(({ url, revision }) => ({ url: new URL(url, self.location.origin).pathname, revision }))
const build = files.find(({ url }) => url === SHELL)?.revision ?? ''
const offline = createOfflineFiles({ build, files })

// It takes over at once: open pages find the files that they were built with in the cache of their own build.
self.addEventListener('install', event => event.waitUntil(offline.install().then(() => self.skipWaiting())))

self.addEventListener('activate', event => event.waitUntil(takeOver()))

self.addEventListener('fetch', (event) => {
  const role = roleOf(event.request, self.location.origin)
  if (role)
    event.respondWith(offline[role](event.request))
})

async function takeOver(): Promise<void> {
  await offline.tidy()
  await self.clients.claim()
  const pages = await self.clients.matchAll({ type: 'window' })
  pages.forEach(page => page.postMessage({ kind: 'build', build }))
}
