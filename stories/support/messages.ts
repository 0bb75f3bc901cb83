import type { LocaleMessages, VueMessageType } from 'vue-i18n'
import { createI18n } from 'vue-i18n'

/** The app's own catalogues, so that a story reads as the screen does. */
const files = import.meta.glob<LocaleMessages<VueMessageType>>('../../i18n/locales/*/*.json', { eager: true, import: 'default' })

function messagesOf(locale: string): LocaleMessages<VueMessageType> {
  return Object.assign({}, ...Object.entries(files).filter(([path]) => path.includes(`/${locale}/`)).map(([, messages]) => messages)) as LocaleMessages<VueMessageType>
}

const messages = { en: messagesOf('en'), ja: messagesOf('ja') }

export const i18n = createI18n<false>({ legacy: false, locale: 'en', fallbackLocale: 'en', messages })
