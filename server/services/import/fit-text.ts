/** The beginning of a text in at most `limit` UTF-16 units, never cutting a character in two, with an ellipsis. */
export function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${sliceWhole(text, limit - 1).trimEnd()}…`
}

/** A text in pieces of at most `limit`, cut at line breaks where one is near. Joined they are the text. */
export function splitText(text: string, limit: number): string[] {
  const pieces: string[] = []
  let rest = text
  while (rest.length > limit) {
    const piece = sliceWhole(rest, limit)
    const lineBreak = piece.lastIndexOf('\n') + 1
    const end = lineBreak > limit / 2 ? lineBreak : piece.length
    pieces.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return [...pieces, rest]
}

/**
 * One line: breaks and tabs, with the blanks around them, become a blank. Each run of blanks is looked at
 * once: a pattern that asks for a break within it takes a million blanks a million times.
 */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, blanks => /[\r\n\t]/.test(blanks) ? ' ' : blanks).trim()
}

/** What no database and no screen can hold: zero characters and halves of characters. */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}

function sliceWhole(text: string, limit: number): string {
  const last = text.charCodeAt(limit - 1)
  return text.slice(0, last >= 0xD800 && last <= 0xDBFF ? limit - 1 : limit)
}
