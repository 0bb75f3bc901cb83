/** The part of the browser's `ServiceWorkerContainer` that is asked. */
type Container = Pick<ServiceWorkerContainer, 'getRegistration'>

/**
 * Lets the service worker of the newest build take over, as far as there is one: without it a page that is
 * loaded anew in a slow minute would be the old one again. Never fails, and waits `patienceMs` at most.
 */
export async function takeNewestWorker(container: Container | undefined, patienceMs = 10_000): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLong = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs)
  })
  await Promise.race([update(container).catch(() => {}), tooLong])
  clearTimeout(timer)
}

async function update(container: Container | undefined): Promise<void> {
  const registration = await container?.getRegistration()
  await registration?.update()
  const coming = registration?.installing ?? registration?.waiting
  if (coming)
    await new Promise<void>(resolve => coming.addEventListener('statechange', () => /^(?:activated|redundant)$/.test(coming.state) && resolve()))
}
