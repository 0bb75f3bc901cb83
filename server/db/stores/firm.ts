import type { Kysely } from 'kysely'
import type { FirmStore } from '../repository.ts'
import type { Database } from '../schema.ts'
import { flag } from './values.ts'

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
  }
}
