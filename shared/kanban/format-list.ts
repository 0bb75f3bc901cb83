/** How words are joined: `or` leaves a choice, `brief` says it in as little room as the language allows. */
export type ListStyle = 'and' | 'or' | 'brief'

const OPTIONS: Record<ListStyle, Intl.ListFormatOptions> = {
  and: { type: 'conjunction' },
  or: { type: 'disjunction' },
  brief: { type: 'conjunction', style: 'narrow' },
}

const formats = new Map<string, Intl.ListFormat>()

/** Words as one list in the reader's language. */
export function formatList(words: Iterable<string>, locale: string, style: ListStyle = 'and'): string {
  const key = `${locale}|${style}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.ListFormat(locale, OPTIONS[style])
    formats.set(key, format)
  }
  return format.format(words)
}
