import type { Role } from '#shared/kanban/member.ts'

/** The accounts of the demo firm that the sign-in page offers. A real firm has none of them. */
export const DEMO_ACCOUNTS: readonly { email: string, role: Role }[] = [
  { email: 'partner@demo.test', role: 'PARTNER' },
  { email: 'partner2@demo.test', role: 'PARTNER' },
  { email: 'associate@demo.test', role: 'ASSOCIATE' },
  { email: 'paralegal@demo.test', role: 'PARALEGAL' },
  { email: 'clerk@demo.test', role: 'CLERK' },
  { email: 'client@demo.test', role: 'CLIENT' },
  { email: 'admin@demo.test', role: 'ADMIN' },
]

/** The password of every demo account. */
export const DEMO_PASSWORD = 'demo-password'
