import { effectScope } from 'vue'
import { describe, expect, it } from 'vitest'
import { createConfirmQueue, useConfirm } from '../../../composables/useConfirm.ts'

const yes = { confirmed: true, reason: 'settled' } as const
const no = { confirmed: false } as const

describe('useConfirm', () => {
  it('gives each asker their own answer, in order', async () => {
    const queue = createConfirmQueue()
    const { ask } = useConfirm(queue)
    const [first, second] = [ask({ title: 'Close?' }), ask({ title: 'Delete?' })]
    expect(queue.current.value?.title).toBe('Close?')
    queue.settle(yes)
    expect(queue.current.value?.title).toBe('Delete?')
    queue.settle(no)
    expect(queue.current.value).toBeNull()
    expect(await Promise.all([first, second])).toEqual([yes, no])
  })

  it('settles what was asked when the asker goes, and leaves the questions of others', async () => {
    const queue = createConfirmQueue()
    const scope = effectScope()
    const gone = scope.run(() => useConfirm(queue))!
    const answered = gone.ask({ title: 'Answered' })
    queue.settle(yes)
    await answered
    const asked = gone.ask({ title: 'Mine' })
    const other = useConfirm(queue).ask({ title: 'Other' })
    scope.stop()
    expect(await asked).toEqual(no)
    expect(queue.current.value?.title).toBe('Other')
    queue.settle(yes)
    expect(await other).toEqual(yes)
  })

  it('minds no answer without a question, and no second one', async () => {
    const queue = createConfirmQueue()
    queue.settle(yes)
    const { answer, withdraw } = queue.ask({ title: 'Once' })
    queue.settle(yes)
    withdraw()
    expect(await answer).toEqual(yes)
  })
})
