import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { LocaleMessages, VueMessageType } from 'vue-i18n'
import { createI18n } from 'vue-i18n'
import { useI18n } from '#imports'

type Language = 'en' | 'ja'
type Messages = LocaleMessages<VueMessageType>

function messagesOf(language: Language): Messages {
  const folder = join(import.meta.dirname, '../../i18n/locales', language)
  return Object.assign({}, ...readdirSync(folder).map(file => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Messages)) as Messages
}

/** Has `useI18n` speak with the app's own catalogues in plain Node; a message that isn't there warns, which fails the test. */
export function speak(language: Language = 'en'): void {
  const { global } = createI18n<false>({ legacy: false, locale: language, messages: { [language]: messagesOf(language) } as Record<Language, Messages> })
  vi.mocked(useI18n).mockReturnValue(global as never)
}
