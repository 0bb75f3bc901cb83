/** Gives the event loop its turn whenever this much work went by without one. */
export type Breather = () => Promise<void> | undefined

/**
 * A long loop calls this between steps: it waits for the event loop only when `sliceMs` have passed
 * since it last did, so that short steps cost nothing and the server keeps answering.
 *
 * @param sliceMs longest piece of work in one go, in milliseconds. @default 8
 */
export function createBreather(sliceMs = 8): Breather {
  let since = performance.now()
  return () => {
    if (performance.now() - since < sliceMs)
      return undefined
    return new Promise((resolve) => {
      setImmediate(() => {
        since = performance.now()
        resolve()
      })
    })
  }
}
