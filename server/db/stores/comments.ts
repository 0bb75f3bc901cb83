import type { Kysely, Selectable } from 'kysely'
import type { Guard } from '../kysely-repository.ts'
import type { CommentRecord } from '../records.ts'
import type { CommentStore } from '../repository.ts'
import type { CommentsTable, Database } from '../schema.ts'
import { rowChunks } from './values.ts'

/** Comments. */
export function commentStore(db: Kysely<Database>, guard: Guard): CommentStore {
  return {
    async listByMatter(matterId) {
      const rows = await db.selectFrom('comments').selectAll().where('matter_id', '=', matterId)
        .orderBy('created_at').orderBy('id').execute()
      return rows.map(toComment)
    },
    async find(id) {
      const row = await db.selectFrom('comments').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? toComment(row) : null
    },
    async insertMany(comments) {
      for (const chunk of rowChunks(comments)) {
        await guard(db.insertInto('comments').values(chunk.map(({ id, matterId, body, authorId, authorName, createdAt, editedAt }) => ({
          id, matter_id: matterId, body, author_id: authorId, author_name: authorName, created_at: createdAt, edited_at: editedAt,
        }))).execute())
      }
    },
    async update(id, body, editedAt) {
      await db.updateTable('comments').set({ body, edited_at: editedAt }).where('id', '=', id).execute()
    },
    async remove(id) {
      await db.deleteFrom('comments').where('id', '=', id).execute()
    },
  }
}

function toComment(row: Selectable<CommentsTable>): CommentRecord {
  return {
    id: row.id,
    matterId: row.matter_id,
    body: row.body,
    authorId: row.author_id,
    authorName: row.author_name,
    createdAt: row.created_at,
    editedAt: row.edited_at,
  }
}
