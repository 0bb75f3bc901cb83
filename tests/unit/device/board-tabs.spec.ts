import { afterEach, expect, it, vi } from 'vitest'
import type { SharedWrite } from '#shared/sync/board-storage.ts'
import type { BoardTabs } from '~/utils/device/board-tabs.ts'
import { createBoardTabs } from '~/utils/device/board-tabs.ts'
import { BOARD_ID, buildId, PEOPLE } from '../../helpers/builders.ts'

const write: SharedWrite = { conflicts: { remove: ['c.1'] } }
const opened: BoardTabs[] = []

function open(memberId: string = PEOPLE.partner.id, boardId = BOARD_ID): BoardTabs {
  const tabs = createBoardTabs(memberId, boardId)
  opened.push(tabs)
  return tabs
}

afterEach(() => {
  opened.splice(0).forEach(tabs => tabs.close())
  vi.unstubAllGlobals()
})

it('[L3] tells what one tab wrote to the member\'s other tabs of the board, and to nobody else', async () => {
  const [mine, other, otherBoard, otherMember] = [open(), open(), open(PEOPLE.partner.id, buildId(0xB2)), open(PEOPLE.clerk.id)]
  const heard = { mine: vi.fn(), other: vi.fn(), otherBoard: vi.fn(), otherMember: vi.fn() }
  mine.onTold(heard.mine)
  other.onTold(heard.other)
  otherBoard.onTold(heard.otherBoard)
  otherMember.onTold(heard.otherMember)
  mine.tell(write)
  await expect.poll(() => heard.other.mock.calls).toEqual([[write]])
  expect([heard.mine, heard.otherBoard, heard.otherMember].flatMap(({ mock }) => mock.calls)).toEqual([])
})

it('[L3] hears no more once a listener stopped or the tab closed', async () => {
  const [mine, other, last] = [open(), open(), open()]
  const [stopped, closed, control] = [vi.fn(), vi.fn(), vi.fn()]
  other.onTold(stopped)()
  const third = open()
  third.onTold(closed)
  third.close()
  third.tell(write)
  last.onTold(control)
  mine.tell(write)
  await expect.poll(() => control.mock.calls.length).toBe(1)
  expect([stopped.mock.calls, closed.mock.calls]).toEqual([[], []])
})

it('[L3] does nothing in a browser without channels', () => {
  vi.stubGlobal('BroadcastChannel', undefined)
  const alone = createBoardTabs(PEOPLE.partner.id, BOARD_ID)
  alone.onTold(() => {})
  alone.tell(write)
  expect(() => alone.close()).not.toThrow()
})
