import { describe, expect, it } from 'vitest'
import { isProblemBody, Problem, PROBLEM_STATUS } from '#shared/protocol/problems.ts'

describe('a problem', () => {
  it('has the status of its code and a body that tells what is needed', () => {
    const problem = new Problem('WIP_LIMIT', 'the column is full', { allowed: ['closed'] })
    expect(problem.status).toBe(422)
    expect(problem.toBody()).toEqual({ code: 'WIP_LIMIT', message: 'the column is full', allowed: ['closed'] })
    expect(new Problem('NOT_FOUND', 'nothing here').toBody()).toEqual({ code: 'NOT_FOUND', message: 'nothing here' })
  })

  it('is an error that says its name', () => {
    const problem = new Problem('INTERNAL', 'x')
    expect(problem).toBeInstanceOf(Error)
    expect(`${problem}`).toBe('Problem: x')
  })

  it('answers with a status of refusal, whatever its code', () => {
    for (const status of Object.values(PROBLEM_STATUS)) {
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(600)
    }
  })

  it.each([
    [{ code: 'CONFLICT', message: '' }, true], [{ code: 'SURPRISE' }, false], [{ code: 7 }, false], [{}, false], [null, false], ['CONFLICT', false], [undefined, false],
  ])('is told from other bodies: %o, %s', (body, answer) => {
    expect(isProblemBody(body)).toBe(answer)
  })
})
