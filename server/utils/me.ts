import type { SessionMember } from '#server/services/account-service.ts'
import type { MeAnswer } from '#shared/protocol/messages.ts'
import { useFirm } from './firm.ts'

/** What a member's own screen starts from. */
export async function describeMe(member: SessionMember): Promise<MeAnswer> {
  const { repository, settings, policy, personal, awareness } = await useFirm()
  const boards = await repository.boards.list()
  const preferences = await personal.preferences(member.id)
  return {
    member,
    transport: policy.of(member),
    preferences,
    firm: awareness.current(),
    boards: boards.map(({ id, name, isDefault }) => ({ id, name, isDefault })),
    timeZone: settings.timeZone,
  }
}
