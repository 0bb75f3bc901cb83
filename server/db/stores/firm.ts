import type { Kysely } from 'kysely'
import { TRANSPORT_MODES } from '#shared/config/features.ts'
import type { FirmAwareness } from '#shared/protocol/personal.ts'
import { DEFAULT_AWARENESS } from '#shared/protocol/personal.ts'
import type { FirmStore } from '../repository.ts'
import type { Database } from '../schema.ts'
import { flag, parseOrNull } from './values.ts'

/** The firm's row. */
export function firmStore(db: Kysely<Database>): FirmStore {
  return {
    async get() {
      const row = await db.selectFrom('firm').selectAll().executeTakeFirst()
      return row
        ? { name: row.name, timeZone: row.time_zone, caseNumberTemplate: row.case_number_template, demo: row.demo === 1, createdAt: row.created_at }
        : null
    },
    async create(settings) {
      await db.insertInto('firm').values({
        id: 1,
        name: settings.name,
        time_zone: settings.timeZone,
        case_number_template: settings.caseNumberTemplate,
        demo: flag(settings.demo),
        created_at: settings.createdAt,
      }).execute()
    },
    async transport() {
      const row = await db.selectFrom('firm').select(['transport_mode', 'transport_share']).executeTakeFirst()
      // A mode of a later version is none of ours: the flag counts.
      return { mode: TRANSPORT_MODES.find(mode => mode === row?.transport_mode) ?? null, share: row?.transport_share ?? 100 }
    },
    async setTransport({ mode, share }) {
      await db.updateTable('firm').set({ transport_mode: mode, transport_share: share }).execute()
    },
    async awareness() {
      const row = await db.selectFrom('firm').select(['awareness', 'awareness_version', 'personal_generation']).executeTakeFirst()
      const stored = parseOrNull<Partial<FirmAwareness>>(row?.awareness ?? null)
      return { firm: { ...DEFAULT_AWARENESS, ...stored }, version: row?.awareness_version ?? 0, generation: row?.personal_generation ?? null }
    },
    async setAwareness(awareness) {
      const row = await db.updateTable('firm')
        .set(({ eb, ref }) => ({ awareness: JSON.stringify(awareness), awareness_version: eb(ref('awareness_version'), '+', 1) }))
        .returning('awareness_version').executeTakeFirstOrThrow()
      return row.awareness_version
    },
    async setGeneration(generation) {
      await db.updateTable('firm').set({ personal_generation: generation }).execute()
    },
  }
}
