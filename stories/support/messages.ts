import { createI18n } from 'vue-i18n'

/** The app's own catalogues, so that a story reads as the screen does. */
const files = import.meta.glob<Record<string, object>>('../../i18n/locales/*/*.json', { eager: true, import: 'default' })

function messagesOf(locale: string): Record<string, object> {
  return Object.assign({}, ...Object.entries(files).filter(([path]) => path.includes(`/${locale}/`)).map(([, messages]) => messages)) as Record<string, object>
}

export const i18n = createI18n({ legacy: false, locale: 'en', fallbackLocale: 'en', messages: { en: messagesOf('en'), ja: messagesOf('ja') } as Record<string, never> })
