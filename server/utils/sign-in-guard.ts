import { createSignInGuard } from '#server/services/sign-in-guard.ts'

/** The one guard of this process. */
export const signInGuard = createSignInGuard()
