import { useI18n } from '#imports'
import type { MeAnswer } from '#shared/protocol/messages.ts'
import { useSessionStore } from '~/stores/session.ts'

type Language = NonNullable<MeAnswer['member']['locale']>

export interface UseLanguageReturn {
  /**
   * Shows the language at once and has the account take it to every device; goes back, and throws the `ApiProblem`, where
   * the account can't be given it. Who isn't signed in chooses for this browser, which remembers it by itself.
   */
  speak: (language: Language) => Promise<void>
}

/** The language of the screens, as its reader chooses it. */
export function useLanguage(): UseLanguageReturn {
  const { locale, setLocale } = useI18n()
  const session = useSessionStore()

  async function speak(language: Language): Promise<void> {
    const before = locale.value
    // The words are loaded while it is saved: a page that is left meanwhile has it saved all the same.
    const saving = session.member ? session.saveLanguage(language) : Promise.resolve()
    const [saved] = await Promise.allSettled([saving, setLocale(language)])
    if (saved.status === 'fulfilled')
      return
    if (locale.value === language)
      await setLocale(before)
    throw saved.reason
  }

  return { speak }
}
