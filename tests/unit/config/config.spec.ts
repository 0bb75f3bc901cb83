import { describe, expect, it } from 'vitest'
import { StartupError } from '#server/db/repository.ts'
import { readConfig } from '#server/services/config.ts'

describe('the configuration', () => {
  it('keeps data in .data and leaves demo to the database when nothing is said', () => {
    expect(readConfig({}, '/srv/board')).toMatchObject({
      dataDir: '/srv/board/.data', databaseUrl: null, demo: null, admin: null, baseUrl: null, sessionPassword: null,
      redisUrl: null, features: { realtimeTransport: 'hybrid' },
    })
  })

  it('takes an empty variable as an absent one', () => {
    expect(readConfig({ DATA_DIR: '', DEMO: ' ', DATABASE_URL: '' }, '/srv')).toMatchObject({ dataDir: '/srv/.data', demo: null, databaseUrl: null })
  })

  it('reads a real firm', () => {
    const config = readConfig({
      DATA_DIR: '/var/lib/board', DATABASE_URL: 'postgres://board@db.internal/board', REDIS_URL: 'rediss://redis.internal:6380', DEMO: 'false',
      ADMIN_EMAIL: 'ana@firm.example', ADMIN_PASSWORD: 'a long password', BASE_URL: 'https://board.firm.example',
      FIRM_NAME: 'Aoyama Partners', FIRM_TIME_ZONE: 'Asia/Tokyo', CASE_NUMBER_TEMPLATE: '{seq:5}-{client}',
      NUXT_SESSION_PASSWORD: 'x'.repeat(32),
    })
    expect(config).toMatchObject({
      dataDir: '/var/lib/board', databaseUrl: 'postgres://board@db.internal/board', redisUrl: 'rediss://redis.internal:6380', demo: false,
      admin: { email: 'ana@firm.example', password: 'a long password' }, sessionPassword: 'x'.repeat(32),
      firm: { name: 'Aoyama Partners', timeZone: 'Asia/Tokyo', caseNumberTemplate: '{seq:5}-{client}' },
    })
    expect(config.baseUrl?.protocol).toBe('https:')
  })

  it.each([
    ['DEMO', 'perhaps', /^DEMO must be true or false\.$/],
    ['DATABASE_URL', 'mysql://db', /^DATABASE_URL must be/],
    ['REDIS_URL', 'http://redis', /^REDIS_URL must be/],
    ['ADMIN_EMAIL', 'ana', /^ADMIN_EMAIL must be/],
    ['ADMIN_PASSWORD', 'alone', /come together/],
    ['FIRM_TIME_ZONE', 'Asia/Nowhere', /^FIRM_TIME_ZONE must be/],
    ['CASE_NUMBER_TEMPLATE', '{year}', /^CASE_NUMBER_TEMPLATE must hold/],
    ['BASE_URL', 'board', /^BASE_URL must be/],
    ['NUXT_SESSION_PASSWORD', 'short', /^NUXT_SESSION_PASSWORD must have/],
    ['NUXT_PUBLIC_REALTIME_TRANSPORT', 'pigeon', /^NUXT_PUBLIC_REALTIME_TRANSPORT: "pigeon" is not/],
  ])('refuses %s=%s in one line', (name, value, line) => {
    expect(() => readConfig({ [name]: value })).toThrow(StartupError)
    expect(() => readConfig({ [name]: value })).toThrow(line)
  })

  it('never repeats a secret', () => {
    expect(() => readConfig({ NUXT_SESSION_PASSWORD: 'hunter2' })).not.toThrow(/hunter2/)
  })
})
