import type { Role } from '#shared/kanban/member.ts'

/** A member of the demo firm before there is a database. */
export interface Person {
  name: string
  role: Role
  /** The part of the address before `@demo.test`. */
  mailbox: string
  /** @default true */
  active?: boolean
}

/** The accounts to sign in with come first, one of each role; the others make the firm. */
export const PEOPLE = {
  partner: { name: '森 明子', role: 'PARTNER', mailbox: 'partner' },
  partner2: { name: 'Robert Hayes', role: 'PARTNER', mailbox: 'partner2' },
  associate: { name: 'Emily Carter', role: 'ASSOCIATE', mailbox: 'associate' },
  paralegal: { name: '中村 優衣', role: 'PARALEGAL', mailbox: 'paralegal' },
  clerk: { name: '加藤 大地', role: 'CLERK', mailbox: 'clerk' },
  client: { name: 'Naomi Fujita', role: 'CLIENT', mailbox: 'client' },
  admin: { name: 'Alex Morgan', role: 'ADMIN', mailbox: 'admin' },
  watanabe: { name: '渡辺 誠', role: 'PARTNER', mailbox: 'watanabe' },
  takahashi: { name: '高橋 健太', role: 'ASSOCIATE', mailbox: 'takahashi' },
  ito: { name: '伊藤 遥', role: 'ASSOCIATE', mailbox: 'ito' },
  nair: { name: 'Priya Nair', role: 'ASSOCIATE', mailbox: 'nair' },
  kobayashi: { name: '小林 美咲', role: 'PARALEGAL', mailbox: 'kobayashi' },
  kim: { name: 'Grace Kim', role: 'PARALEGAL', mailbox: 'kim' },
  becker: { name: 'Tom Becker', role: 'CLERK', mailbox: 'becker' },
  ohno: { name: '大野 拓也', role: 'CLIENT', mailbox: 'ohno' },
  weber: { name: 'Hannah Weber', role: 'ASSOCIATE', mailbox: 'weber', active: false },
} as const satisfies Record<string, Person>

export type PersonKey = keyof typeof PEOPLE
