import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it, vi } from 'vitest'
import { useFirmPeople } from '~/composables/useFirmPeople.ts'
import { useSessionStore } from '~/stores/session.ts'
import { BOARD_ID, PEOPLE, TIME_ZONE } from '../../helpers/builders.ts'

const board = { isWhole: false, view: { members: new Map([[PEOPLE.clerk.id, PEOPLE.clerk]]) } }
const open = vi.fn()
vi.mock('~/stores/kanban.ts', () => ({ useKanbanStore: () => ({ state: board }) }))
vi.mock('~/stores/device.ts', () => ({ useDeviceStore: () => ({ of: () => ({ storage: { open } }) }) }))

beforeEach(() => {
  setActivePinia(createPinia())
  Object.assign(useSessionStore(), { lastMember: PEOPLE.partner, boards: [{ id: BOARD_ID, name: 'Matters', isDefault: true }], timeZone: TIME_ZONE })
  board.isWhole = false
  open.mockReset().mockResolvedValue({ confirmed: { members: new Map([[PEOPLE.associate.id, PEOPLE.associate]]) } })
})

it('people are known by the board that is open', async () => {
  board.isWhole = true
  const { nameOf, timeZone, learn } = useFirmPeople()
  await learn()
  expect([nameOf(PEOPLE.clerk.id), nameOf(PEOPLE.associate.id), nameOf(null), timeZone.value]).toEqual([PEOPLE.clerk.name, null, null, TIME_ZONE])
  expect(open).not.toHaveBeenCalled()
})

it('where none is, the device tells, to nobody but whose it is', async () => {
  const { nameOf, learn } = useFirmPeople()
  expect(nameOf(PEOPLE.associate.id)).toBeNull()
  await learn()
  expect(open).toHaveBeenCalledExactlyOnceWith(BOARD_ID)
  expect(nameOf(PEOPLE.associate.id)).toBe(PEOPLE.associate.name)

  const others = useFirmPeople()
  const learning = others.learn()
  useSessionStore().leave()
  await learning
  expect(others.nameOf(PEOPLE.associate.id)).toBeNull()
})

it('a member without a board, or a device without its rows, knows nobody', async () => {
  open.mockResolvedValue({ confirmed: null })
  const { nameOf, learn } = useFirmPeople()
  await learn()
  expect(nameOf(PEOPLE.associate.id)).toBeNull()
  Object.assign(useSessionStore(), { boards: [] })
  await useFirmPeople().learn()
  expect(open).toHaveBeenCalledOnce()
})
