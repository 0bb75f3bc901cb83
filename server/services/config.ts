import { resolve } from 'node:path'
import { z } from 'zod'
import { StartupError } from '#server/db/repository.ts'
import type { Features } from '#shared/config/features.ts'
import { readFeatures, UnknownFeatureValue } from '#shared/config/features.ts'
import { DEFAULT_CASE_NUMBER_TEMPLATE, isCaseNumberTemplate } from '#shared/kanban/case-number.ts'

/** How a firm is opened. */
export interface FirmConfig {
  /** Absolute path of the folder that holds the database and the session secret. */
  dataDir: string
  /** A PostgreSQL address; null keeps everything in `dataDir`. */
  databaseUrl: string | null
  /** A Redis address, through which several processes on one database hear of each other at once; null for none. */
  redisUrl: string | null
  /** Whether the firm is the generated one; null leaves it to what the database holds, and a new one becomes a demo. */
  demo: boolean | null
  /** The first account of a real firm; wanted at its first start only. */
  admin: { email: string, password: string } | null
  /** What a real firm is created with. */
  firm: { name: string, timeZone: string, caseNumberTemplate: string }
  /** Where people reach the board, when a reverse proxy stands before it. Over https the cookie is `secure`. */
  baseUrl: URL | null
  /** Whether the last address in X-Forwarded-For is believed, because our own proxy wrote it. */
  trustProxy: boolean
  /** Seals the session cookies; null keeps a generated one in `dataDir`. */
  sessionPassword: string | null
  /** Lets a collector read `/api/metrics`; null leaves that to who can read the data folder. */
  metricsToken: string | null
  features: Features
}

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(value => typeof value === 'string' && value.trim() === '' ? undefined : value, schema.optional())

const environmentSchema = z.object({
  DATA_DIR: optional(z.string()),
  DATABASE_URL: optional(z.url({ protocol: /^postgres(ql)?$/, error: 'must be an address like postgres://user@host/database' })),
  REDIS_URL: optional(z.url({ protocol: /^rediss?$/, error: 'must be an address like redis://host:6379' })),
  DEMO: optional(z.stringbool({ error: 'must be true or false' })),
  ADMIN_EMAIL: optional(z.email({ error: 'must be an email address' })),
  ADMIN_PASSWORD: optional(z.string()),
  FIRM_NAME: optional(z.string().trim().max(255, { error: 'must have at most 255 characters' })),
  FIRM_TIME_ZONE: optional(z.string().refine(isTimeZone, { error: 'must be an IANA time zone like Asia/Tokyo' })),
  CASE_NUMBER_TEMPLATE: optional(z.string().refine(isCaseNumberTemplate, { error: 'must hold {seq} and may hold {year}, {type} and {client}' })),
  BASE_URL: optional(z.url({ protocol: /^https?$/, error: 'must be an address like https://board.firm.example' })),
  TRUST_PROXY: optional(z.stringbool({ error: 'must be true or false' })),
  METRICS_TOKEN: optional(z.string().min(16, { error: 'must have at least 16 characters' })),
  NUXT_SESSION_PASSWORD: optional(z.string().min(32, { error: 'must have at least 32 characters' })),
})

/**
 * The configuration that the environment asks for. Throws a `StartupError` that names the variable,
 * and never its value, which may be a secret.
 *
 * @param cwd folder from which a relative `DATA_DIR` counts
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, cwd = process.cwd()): FirmConfig {
  const parsed = environmentSchema.safeParse(env)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new StartupError(`${issue?.path.join('.')} ${issue?.message}.`)
  }
  const settings = parsed.data
  if (Boolean(settings.ADMIN_EMAIL) !== Boolean(settings.ADMIN_PASSWORD))
    throw new StartupError('ADMIN_EMAIL and ADMIN_PASSWORD come together: set both or neither.')
  return {
    dataDir: resolve(cwd, settings.DATA_DIR ?? '.data'),
    databaseUrl: settings.DATABASE_URL ?? null,
    redisUrl: settings.REDIS_URL ?? null,
    demo: settings.DEMO ?? null,
    admin: settings.ADMIN_EMAIL && settings.ADMIN_PASSWORD ? { email: settings.ADMIN_EMAIL, password: settings.ADMIN_PASSWORD } : null,
    firm: {
      name: settings.FIRM_NAME ?? 'Law firm',
      timeZone: settings.FIRM_TIME_ZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      caseNumberTemplate: settings.CASE_NUMBER_TEMPLATE ?? DEFAULT_CASE_NUMBER_TEMPLATE,
    },
    baseUrl: settings.BASE_URL ? new URL(settings.BASE_URL) : null,
    trustProxy: settings.TRUST_PROXY ?? false,
    sessionPassword: settings.NUXT_SESSION_PASSWORD ?? null,
    metricsToken: settings.METRICS_TOKEN ?? null,
    features: featuresOf(env),
  }
}

function featuresOf(env: Readonly<Record<string, string | undefined>>): Features {
  try {
    return readFeatures({ realtimeTransport: env.NUXT_PUBLIC_REALTIME_TRANSPORT })
  }
  catch (error) {
    if (error instanceof UnknownFeatureValue)
      throw new StartupError(`NUXT_PUBLIC_REALTIME_TRANSPORT: ${error.message}.`, { cause: error })
    throw error
  }
}

function isTimeZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  }
  catch {
    return false
  }
}
