import { buildBoard, PEOPLE } from '../helpers/builders.ts'
import { createModelServer } from './model/model-server.ts'
import { modelDoor } from './ways/model-door.ts'
import type { ServerMaker } from './world/world.ts'

/** A board on which people can go nearly everywhere, with one column that fills up. */
export const BOARD = buildBoard({
  columns: { 'review': { wip: { limit: 3, hard: true } }, 'in-progress': { allowedTargets: null }, 'intake': { allowedTargets: null } },
})

/** The server of the fast lane: a model in memory. */
export const modelServer: ServerMaker = ({ now, largest }) => {
  const server = createModelServer({ columns: BOARD.columns, members: Object.values(PEOPLE), now, largest })
  return { server, makeDoor: modelDoor(server), end: () => {} }
}
