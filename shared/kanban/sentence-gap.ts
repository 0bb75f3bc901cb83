/** What stands between two sentences in the reader's language: Japanese ones stand together. */
export function sentenceGap(locale: string): '' | ' ' {
  return locale === 'ja' ? '' : ' '
}
