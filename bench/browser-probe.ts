import type { BrowserContext, CDPSession } from '@playwright/test'

/** What the benchmark puts into each page to look at it from the inside. */
export interface PageProbe {
  /** When the first cards were painted, in milliseconds since the page was asked for. */
  cardsAt: number
  /** Rows handed to IndexedDB since then. */
  rowPuts: number
  /** How long each key took up to the next paint. */
  keys: number[]
  /** Measures from the next event of this kind until something matches `selector` and is painted. */
  listenFor: (event: string, selector: string) => void
  /** What `listenFor` measured last. */
  shown: Promise<number>
  /** Whether all rows of the board are in IndexedDB. */
  rowsKept: () => Promise<boolean>
  /** Renames that many matters, one after the other; until the last one is painted. */
  submit: (count: number, from: number) => Promise<number>
  /** Changes that wait for the server. */
  waiting: () => number
}

declare global {
  interface Window { bench: PageProbe }
}

interface Nuxt {
  $pinia: { _s: Map<string, unknown> }
}

interface KanbanStore {
  state: { boardId: string, view: { matters: { id: string }[] }, entries: { state: string }[] }
  open: (boardId: string) => { submit: (mutation: object) => unknown }
}

/** Puts the probe into every page of a person's browser. */
export async function watchPages(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const [now, frame, later] = [performance.now.bind(performance), requestAnimationFrame.bind(window), setTimeout.bind(window)]
    const painted = (isThere: () => boolean) => new Promise<number>((resolve) => {
      const look = () => isThere() ? later(() => resolve(now())) : frame(look)
      frame(look)
    })
    const store = () => (window as unknown as { useNuxtApp: () => Nuxt }).useNuxtApp().$pinia._s.get('kanban') as KanbanStore

    window.bench = {
      cardsAt: 0,
      rowPuts: 0,
      keys: [],
      shown: Promise.resolve(0),
      listenFor(event, selector) {
        window.bench.shown = new Promise<number>(resolve => addEventListener(event, () => resolve(now()), { once: true, capture: true }))
          .then(async from => await painted(() => document.querySelector(selector) !== null) - from)
      },
      async rowsKept() {
        const { matters } = store().state.view
        const name = (await indexedDB.databases()).find(database => database.name!.startsWith('aster-'))?.name
        if (!name || matters.length === 0)
          return false
        return await new Promise(resolve => Object.assign(indexedDB.open(name), {
          onsuccess(this: IDBOpenDBRequest) {
            const counted = this.result.transaction('rows').objectStore('rows').count()
            counted.onsuccess = () => {
              this.result.close()
              resolve(counted.result === matters.length)
            }
          },
        }))
      },
      async submit(count, from) {
        const { state, open } = store()
        const runner = open(state.boardId)
        const start = now()
        const onScreen = [...document.querySelectorAll<HTMLElement>('section[data-column="in-progress"] li[data-matter-id]')].map(card => card.dataset.matterId!)
        for (let index = 0; index < count - 1; index++)
          runner.submit({ kind: 'edit', id: state.view.matters[from + index]!.id, args: { set: { title: `Offline ${from + index}` } } })
        runner.submit({ kind: 'edit', id: onScreen[from % onScreen.length], args: { set: { title: `Offline, last ${from}` } } })
        return await painted(() => document.querySelector(`h3[title="Offline, last ${from}"]`) !== null) - start
      },
      waiting: () => store().state.entries.length,
    }
    const put = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = function (...args) {
      window.bench.rowPuts += this.name === 'rows' ? 1 : 0
      return put.apply(this, args)
    }
    new PerformanceObserver(list => list.getEntries().forEach(({ name, duration }) => ['keydown', 'keypress', 'input'].includes(name) && window.bench.keys.push(duration)))
      .observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
    void painted(() => document.querySelector('li[data-matter-id]') !== null).then(at => window.bench.cardsAt = at)
  })
}

interface TraceEvent { name: string, ph: string, pid: number, tid: number, dur?: number, args?: { name?: string } }

/** The longest task and all the work of the busiest page's main thread in a trace, in milliseconds. */
export function busyTimes(trace: Buffer): { longest: number, busy: number } {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const mains = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}.${tid}`))
  const tasks = Map.groupBy(traceEvents.filter(({ name, ph }) => name === 'RunTask' && ph === 'X'), ({ pid, tid }) => `${pid}.${tid}`)
  const threads = [...tasks].filter(([thread]) => mains.has(thread)).map(([, all]) => all.map(({ dur = 0 }) => dur / 1_000))
  const sums = threads.map(all => ({ longest: all.reduce((most, one) => Math.max(most, one), 0), busy: all.reduce((sum, one) => sum + one, 0) }))
  return sums.toSorted((a, b) => b.busy - a.busy)[0] ?? { longest: 0, busy: 0 }
}

/** The middle one; of an even number the lower of the two. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)]!
}

/** What a page's scripts hold once all garbage is gone, in MB. */
export async function heapInUse(cdp: CDPSession): Promise<string> {
  await cdp.send('HeapProfiler.collectGarbage')
  const { metrics } = await cdp.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value / 1024 / 1024).toFixed(1)
}

/** A row of the table: the median of each column, nothing where it wasn't measured. */
export function tableRow(what: string, columns: (number | undefined)[][]): string {
  const cells = columns.map((values, index) => {
    const known = values.filter((value): value is number => value !== undefined && value > 0)
    return (known.length > 0 ? median(known).toFixed(0) : '').padStart([6, 12, 6][index]!)
  })
  return `| ${[what.padEnd(52), ...cells].join(' | ')} |`
}
