import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MeAnswer } from '#shared/protocol/messages.ts'
import { LEASE_MS } from '#shared/sync/stored-board.ts'
import { createKeptSession } from '~/utils/device/kept-session.ts'
import { BOARD_ID, NOW, OWN, PEOPLE } from '../../helpers/builders.ts'
import { createMemoryLocalStorage } from '../../helpers/local-storage.ts'

const answer: MeAnswer = { member: { ...PEOPLE.partner, email: 'a@firm.example', locale: 'ja', transport: null }, transport: 'hybrid', boards: [{ id: BOARD_ID, name: 'Matters', isDefault: true }], timeZone: 'Asia/Tokyo', ...OWN }
let storage: ReturnType<typeof createMemoryLocalStorage>
let now: number

const session = () => createKeptSession({ storage, now: () => now })

beforeEach(() => {
  storage = createMemoryLocalStorage()
  now = NOW
})
afterEach(() => vi.unstubAllGlobals())

describe('who was signed in on this device', () => {
  it('is there again for another page', () => {
    session().keep(answer)
    expect(session().read()).toEqual(answer)
  })

  it('polls where an older page kept no word of how news come', () => {
    const { transport: _, ...older } = answer
    storage.setItem('aster-session', JSON.stringify({ contactAt: NOW, answer: { ...older, member: { ...PEOPLE.partner, email: '', locale: null } } }))
    expect(session().read()).toMatchObject({ transport: 'polling', member: { id: PEOPLE.partner.id, transport: null } })
  })

  it('is nobody before anybody was', () => {
    expect(session().read()).toBeNull()
  })

  it('[W4] is nobody 12 hours after the last contact', () => {
    session().keep(answer)
    now += LEASE_MS - 1
    expect(session().read()).toEqual(answer)
    now += 1
    expect(session().read()).toBeNull()
  })

  it('[W4] stays as long as the server is reached now and then', () => {
    session().keep(answer)
    now += LEASE_MS - 1
    session().renew()
    now += LEASE_MS - 1
    expect(session().read()).toEqual(answer)
  })

  it('[W4] is nobody when the clock says that it was in the future', () => {
    session().keep(answer)
    now -= LEASE_MS
    expect(session().read()).toBeNull()
  })

  it('[W4] is nobody after sign-out, and no late answer of the board brings them back', () => {
    session().keep(answer)
    session().forget()
    session().renew()
    expect([session().read(), storage.length]).toEqual([null, 0])
  })

  it('is nobody when what is kept isn\'t ours', () => {
    for (const text of ['{broken', '"text"', 'null', '{}', JSON.stringify({ contactAt: NOW, answer: { member: { id: 1 } } }), JSON.stringify({ contactAt: NOW, answer: { member: PEOPLE.clerk } })]) {
      storage.setItem('aster-session', text)
      expect(session().read()).toBeNull()
    }
  })
})

describe('a browser that keeps nothing', () => {
  const forbid = () => { throw new DOMException('forbidden', 'SecurityError') }

  it('opens nothing offline, and nobody hears of it', () => {
    const forbidden = createKeptSession({ storage: { getItem: forbid, setItem: forbid, removeItem: forbid } })
    forbidden.keep(answer)
    forbidden.renew()
    forbidden.forget()
    expect(forbidden.read()).toBeNull()
  })

  it('may forbid even to name its storage', () => {
    vi.stubGlobal('localStorage', undefined)
    const absent = createKeptSession()
    absent.keep(answer)
    absent.forget()
    expect(absent.read()).toBeNull()
  })
})

it('is the browser\'s own storage and clock, unless told otherwise', () => {
  vi.stubGlobal('localStorage', storage)
  createKeptSession().keep(answer)
  expect(createKeptSession().read()).toEqual(answer)
  expect(storage.getItem('aster-session')).toContain('Sakura')
})
