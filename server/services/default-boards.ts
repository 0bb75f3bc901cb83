import { randomUUID } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { NewBoard } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { WorkflowTemplate } from '#shared/kanban/workflow.ts'
import { columnsFromTemplate, DEFAULT_WORKFLOW, WORKFLOW_TEMPLATES } from '#shared/kanban/workflow.ts'

/** A new board that follows a workflow. */
export function boardFromTemplate(template: WorkflowTemplate, board: Pick<NewBoard, 'position' | 'createdAt'> & Partial<NewBoard>): NewBoard {
  return { id: uuidv7(), name: template.name.en, epoch: randomUUID(), isDefault: template === DEFAULT_WORKFLOW, ...board }
}

/** The boards that a firm starts with: one for each workflow, the first being where everybody lands. */
export async function createDefaultBoards(stores: Pick<Stores, 'boards'>, now: EpochMs): Promise<void> {
  for (const [position, template] of WORKFLOW_TEMPLATES.entries())
    await stores.boards.insert(boardFromTemplate(template, { position, createdAt: now }), columnsFromTemplate(template, () => uuidv7()))
}
