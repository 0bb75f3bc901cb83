/** What is added in brackets after words in the reader's language: Japanese has wide ones, without a space. */
export function inBrackets(text: string | number, locale: string): string {
  return locale === 'ja' ? `（${text}）` : ` (${text})`
}
