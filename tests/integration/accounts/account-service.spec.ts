import { describe, expect, it } from 'vitest'
import type { AccountService } from '#server/services/account-service.ts'
import { createAccountService, insertAccount, prepareAccount } from '#server/services/account-service.ts'
import { openTestFirm } from '~/tests/helpers/test-firm.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const ANA = { email: 'Ana@Firm.example', name: 'Ana Sato', role: 'PARTNER', password: 'correct horse battery' } as const

async function openAccounts() {
  const { repository, clock } = await openTestFirm()
  const accounts = createAccountService({ repository, now: () => clock.now })
  const createMember = async (member: Parameters<typeof prepareAccount>[0]) => {
    const account = await prepareAccount(member, clock.now)
    await insertAccount(repository, account)
    return account.record
  }
  const ana = await createMember(ANA)
  return { accounts, createMember, ana, repository, clock }
}

async function signIn(accounts: AccountService): Promise<string> {
  const opened = await accounts.signIn(ANA.email, ANA.password)
  return opened!.sessionId
}

describe('signing in', () => {
  it('takes the address however it is written', async () => {
    const { accounts } = await openAccounts()
    expect(await accounts.signIn('  ANA@firm.EXAMPLE ', ANA.password)).toMatchObject({ member: { name: 'Ana Sato', email: 'Ana@Firm.example' } })
  })

  it('answers a wrong password, an unknown address, a closed account and one without a password alike', async () => {
    const { accounts, createMember, ana, repository } = await openAccounts()
    await createMember({ ...ANA, email: 'new@firm.example', password: null })
    expect(await accounts.signIn(ANA.email, 'correct horse')).toBeNull()
    expect(await accounts.signIn('nobody@firm.example', ANA.password)).toBeNull()
    expect(await accounts.signIn('new@firm.example', ANA.password)).toBeNull()
    await repository.accounts.updateMember(ana.id, { active: false })
    expect(await accounts.signIn(ANA.email, ANA.password)).toBeNull()
  })

  it.each([
    ['an unknown address', 'nobody@firm.example'],
    ['an account without a password', 'new@firm.example'],
    ['a closed account', 'gone@firm.example'],
    ['a wrong password', ANA.email],
  ])('does the same work for %s: one check, against a hash as dear as any', async (_what, email) => {
    const { createMember, repository } = await openAccounts()
    await createMember({ ...ANA, email: 'new@firm.example', password: null })
    const gone = await createMember({ ...ANA, email: 'gone@firm.example' })
    await repository.accounts.updateMember(gone.id, { active: false })
    const checked: string[] = []
    const accounts = createAccountService({
      repository,
      verify(hash) {
        checked.push(hash)
        return Promise.resolve(false)
      },
    })
    expect(await accounts.signIn(email, 'wrong')).toBeNull()
    expect(checked).toHaveLength(1)
    const dear = await repository.accounts.findPasswordHash(gone.id)
    const parametersOf = (hash: string) => hash.split('$').slice(1, 3)
    expect(parametersOf(checked[0]!)).toEqual(parametersOf(dear!))
  })

  it('opens nothing with the password of the hash that stands in for a missing one', async () => {
    const { repository, createMember } = await openAccounts()
    await createMember({ ...ANA, email: 'new@firm.example', password: null })
    const accounts = createAccountService({ repository, verify: () => Promise.resolve(true) })
    expect(await accounts.signIn('new@firm.example', 'anything')).toBeNull()
    expect(await accounts.signIn('nobody@firm.example', 'anything')).toBeNull()
  })

  it('gives each session a name of its own that nobody guesses', async () => {
    const { accounts } = await openAccounts()
    const sessions = [await signIn(accounts), await signIn(accounts)]
    expect(new Set(sessions).size).toBe(2)
    expect(sessions[0]).toMatch(/^[\w-]{43}$/)
  })
})

describe('a session', () => {
  it('is the member\'s until they sign out', async () => {
    const { accounts, ana } = await openAccounts()
    const session = await signIn(accounts)
    expect(await accounts.findSession(session)).toMatchObject({ id: ana.id, role: 'PARTNER' })
    await accounts.signOut(session)
    expect(await accounts.findSession(session)).toBeNull()
    expect(await accounts.findSession('made-up')).toBeNull()
  })

  it('ends after twelve hours without use', async () => {
    const { accounts, clock } = await openAccounts()
    const session = await signIn(accounts)
    clock.now += 12 * HOUR_MS - 1
    expect(await accounts.findSession(session)).not.toBeNull()
    clock.now += 12 * HOUR_MS + 1
    expect(await accounts.findSession(session)).toBeNull()
  })

  it('ends after thirty days, however much it is used', async () => {
    const { accounts, clock } = await openAccounts()
    const session = await signIn(accounts)
    for (let hours = 0; hours < 30 * 24 - 6; hours += 6) {
      clock.now += 6 * HOUR_MS
      expect(await accounts.findSession(session)).not.toBeNull()
    }
    clock.now += 6 * HOUR_MS
    expect(await accounts.findSession(session)).toBeNull()
  })

  it('[W5] ends within a minute when another process ended it', async () => {
    const { accounts, ana, repository, clock } = await openAccounts()
    const session = await signIn(accounts)
    await accounts.findSession(session)
    await repository.accounts.revokeSessionsOf(ana.id, clock.now)
    clock.now += MINUTE_MS
    expect(await accounts.findSession(session)).toBeNull()
  })

  it('ends with the account', async () => {
    const { accounts, ana, repository } = await openAccounts()
    const session = await signIn(accounts)
    await accounts.findSession(session)
    await repository.accounts.updateMember(ana.id, { active: false })
    accounts.forget(ana.id)
    expect(await accounts.findSession(session)).toBeNull()
  })

  it('isn\'t remembered by who looked it up while it was signed out', async () => {
    const { accounts, repository } = await openAccounts()
    const session = await signIn(accounts)
    const { findMember } = repository.accounts
    repository.accounts.findMember = async (id) => {
      repository.accounts.findMember = findMember
      const found = await findMember(id)
      await accounts.signOut(session)
      return found
    }
    await accounts.findSession(session)
    expect(await accounts.findSession(session)).toBeNull()
  })

  it('costs the database nothing while it was just looked up', async () => {
    const { accounts, repository, clock } = await openAccounts()
    const session = await signIn(accounts)
    await accounts.findSession(session)
    const find = repository.accounts.findSession
    repository.accounts.findSession = () => Promise.reject(new Error('asked the database'))
    clock.now += 50_000
    expect(await accounts.findSession(session)).not.toBeNull()
    repository.accounts.findSession = find
  })

  it('notes its last use now and then, not at every request', async () => {
    const { accounts, repository, clock } = await openAccounts()
    const session = await signIn(accounts)
    const opened = clock.now
    clock.now += 4 * MINUTE_MS
    await accounts.findSession(session)
    expect((await repository.accounts.findSession(session))?.lastSeenAt).toBe(opened)
    clock.now += 2 * MINUTE_MS
    await accounts.findSession(session)
    expect(await repository.accounts.findSession(session)).toMatchObject({ lastSeenAt: clock.now, expiresAt: clock.now + 12 * HOUR_MS })
    expect(clock.now - opened).toBeLessThan(DAY_MS)
  })
})

describe('a password', () => {
  it('that is set ends every session and replaces the old one', async () => {
    const { accounts, ana } = await openAccounts()
    const session = await signIn(accounts)
    await accounts.findSession(session)
    await accounts.setPassword(ana.id, 'another long password')
    expect(await accounts.findSession(session)).toBeNull()
    expect(await accounts.signIn(ANA.email, ANA.password)).toBeNull()
    expect(await accounts.signIn(ANA.email, 'another long password')).not.toBeNull()
  })

  it('is the same however its characters are composed', async () => {
    const { accounts, ana } = await openAccounts()
    await accounts.setPassword(ana.id, 'パスワードは長めに決めます')
    expect(await accounts.signIn(ANA.email, 'パスワードは長めに決めます'.normalize('NFD'))).not.toBeNull()
  })

  it.each([['short', 'elevenchars'], ['the address', ANA.email], ['the name', 'Ana Sato Ana Sato'], ['one letter', 'aaaaaaaaaaaaaaaa']])(
    'is refused when it is %s',
    async (_what, password) => {
      const { createMember } = await openAccounts()
      const member = { ...ANA, name: 'Ana Sato Ana Sato', email: 'ana2@firm.example', password: password === ANA.email ? 'ana2@firm.example' : password }
      await expect(createMember(member)).rejects.toMatchObject({ code: 'VALIDATION', details: { field: 'password' } })
    },
  )

  it('of nobody can\'t be set', async () => {
    const { accounts } = await openAccounts()
    await expect(accounts.setPassword('01900000-0000-7000-8000-000000000000', 'a long password')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('an account', () => {
  it('shares its address with no other', async () => {
    const { createMember } = await openAccounts()
    await expect(createMember({ ...ANA, email: 'ANA@firm.example' })).rejects.toMatchObject({ code: 'EMAIL_TAKEN', details: { field: 'email' } })
  })

  it('keeps the language of its screens', async () => {
    const { accounts, ana } = await openAccounts()
    const session = await signIn(accounts)
    await accounts.findSession(session)
    await accounts.setLocale(ana.id, 'ja')
    expect(await accounts.findSession(session)).toMatchObject({ locale: 'ja' })
  })

  it('keeps how news come to its member', async () => {
    const { accounts, ana } = await openAccounts()
    const session = await signIn(accounts)
    expect(await accounts.findSession(session)).toMatchObject({ transport: null })
    await accounts.setTransport(ana.id, 'off')
    expect(await accounts.findSession(session)).toMatchObject({ transport: 'off' })
    expect((await accounts.signIn(ANA.email, ANA.password))!.member).toMatchObject({ transport: 'off' })
  })

  it('[W5] says whenever its sessions are to be looked at again, and who learned it where', async () => {
    const { accounts, ana } = await openAccounts()
    const session = await signIn(accounts)
    const heard: [string, boolean][] = []
    const stop = accounts.onChanged((memberId, isOwn) => heard.push([memberId, isOwn]))
    await accounts.setTransport(ana.id, 'polling')
    await accounts.setPassword(ana.id, 'another long password')
    await accounts.signOut(session)
    accounts.forget(ana.id, false)
    expect(heard).toEqual([[ana.id, true], [ana.id, true], [ana.id, true], [ana.id, false]])
    stop()
    accounts.forget(ana.id)
    expect(heard).toHaveLength(4)
    await accounts.signOut('made-up')
  })

  it('is looked at anew for who wants to know for sure', async () => {
    const { accounts, ana, repository } = await openAccounts()
    const session = await signIn(accounts)
    await accounts.findSession(session)
    await repository.accounts.updateMember(ana.id, { transport: 'off' })
    expect(await accounts.findSession(session)).toMatchObject({ transport: null })
    expect(await accounts.findSession(session, { fresh: true })).toMatchObject({ transport: 'off' })
    expect(await accounts.findSession(session)).toMatchObject({ transport: 'off' })
  })
})
