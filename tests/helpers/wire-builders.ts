import type { SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import { buildBoard, NOW, PEOPLE, TIME_ZONE } from './builders.ts'

/** A full read of the default board, empty, at version 1. */
export function buildSnapshot(snapshot: Partial<SnapshotAnswer> = {}): SnapshotAnswer {
  const { id, name, columns } = buildBoard()
  return {
    protocol: PROTOCOL_VERSION, epoch: 'e1', version: 1, board: { id, name }, columns, matters: [], members: Object.values(PEOPLE), acks: {},
    now: NOW, timeZone: TIME_ZONE, ...snapshot,
  }
}

/** The step from version 1 to 2 of that board, in which nothing changed. */
export function buildUpdates(updates: Partial<UpdatesAnswer> = {}): UpdatesAnswer {
  return { protocol: PROTOCOL_VERSION, epoch: 'e1', from: 1, version: 2, matters: [], columns: null, members: null, deleted: [], acks: {}, next: 5_000, ...updates }
}
