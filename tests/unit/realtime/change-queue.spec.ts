import { expect, it, vi } from 'vitest'
import { createChangeQueue } from '#shared/realtime/change-queue.ts'

interface Sent { change: string, answer: (answer: string) => void, refuse: (error: Error) => void }

function open() {
  const sent: Sent[] = []
  const queue = createChangeQueue<string, string>({
    send: (change) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      sent.push({ change, answer: resolve, refuse: reject })
      return promise
    },
    join: (one, next) => `${one}+${next}`,
  })
  return { queue, sent, changes: () => sent.map(({ change }) => change) }
}

it('[N3] sends a change at once, and the next ones after its answer, one by one', async () => {
  const { queue, sent, changes } = open()
  const answers = ['a', 'b', 'c'].map(change => queue.add(change))
  expect(changes()).toEqual(['a'])
  sent[0]!.answer('A')
  await expect(answers[0]).resolves.toBe('A')
  await vi.waitFor(() => expect(changes()).toEqual(['a', 'b']))
  sent[1]!.refuse(new Error('no'))
  await expect(answers[1]).rejects.toThrow('no')
  await vi.waitFor(() => expect(changes()).toEqual(['a', 'b', 'c']))
})

it('[N3] sends what waits at once, and as one, when somebody is in a hurry; what comes after it waits for all', async () => {
  const { queue, sent, changes } = open()
  queue.hurry()
  const answers = ['a', 'b', 'c'].map(change => queue.add(change))
  queue.hurry()
  queue.hurry()
  expect(changes()).toEqual(['a', 'b+c'])
  const last = queue.add('d')
  sent[1]!.answer('BC')
  await expect(Promise.all(answers.slice(1))).resolves.toEqual(['BC', 'BC'])
  expect(changes()).toEqual(['a', 'b+c'])
  sent[0]!.answer('A')
  await vi.waitFor(() => expect(changes()).toEqual(['a', 'b+c', 'd']))
  sent[2]!.answer('D')
  await expect(last).resolves.toBe('D')
})

it('[N3] drops what waits, and says when all is answered', async () => {
  const { queue, sent, changes } = open()
  await queue.settled()
  const [first, second] = [queue.add('a'), queue.add('b')]
  queue.clear()
  await expect(second).resolves.toBeNull()
  const settled = vi.fn()
  const settling = queue.settled().then(settled)
  await Promise.resolve()
  expect(settled).not.toHaveBeenCalled()
  sent[0]!.refuse(new Error('no'))
  await expect(first).rejects.toThrow('no')
  await settling
  expect(changes()).toEqual(['a'])
})
