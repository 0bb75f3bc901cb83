import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { WebSocket } from 'ws'

/** To start a Node process with, whose heap is to be weighed. */
export const INSPECTED = ['--inspect=127.0.0.1:0']

/** The heap of another process, through its inspector. */
export interface Inspector {
  /** Kilobytes that are in use after everything that can be collected was. */
  heapKb: () => Promise<number>
  close: () => void
}

/** Attaches to a process that was started with `INSPECTED`; the rest of what it says on standard error is passed on. */
export async function inspect(child: ChildProcess): Promise<Inspector> {
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.once('close', () => reject(new Error(`The process to be measured has ended: ${said}`)))
    child.stderr!.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = /Debugger listening on (ws:\/\/\S+)/.exec(said)
      if (found)
        resolve(found[1]!)
      else
        process.stderr.write(chunk)
    })
  })
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await once(socket, 'open')
  let lastId = 0
  async function call<Result>(method: string): Promise<Result> {
    const id = ++lastId
    socket.send(JSON.stringify({ id, method }))
    for (;;) {
      const [data] = await once(socket, 'message') as [Buffer]
      const answer = JSON.parse(data.toString()) as { id?: number, result: Result }
      if (answer.id === id)
        return answer.result
    }
  }
  return {
    async heapKb() {
      await call('HeapProfiler.collectGarbage')
      const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await call<Record<'usedSize' | 'embedderHeapUsedSize' | 'backingStorageSize', number>>('Runtime.getHeapUsage')
      return (usedSize + embedderHeapUsedSize + backingStorageSize) / 1_024
    },
    close: () => socket.close(),
  }
}
