import { oneLine } from './fit-text.ts'
import { plain } from './guess-values.ts'

/** Colours that some boards hang onto a label in their CSV, like `Marketing-blue`. */
const COLOUR_SUFFIX = /-(?:white|green|yellow|orange|red|purple|blue|sky|lime|pink|black|silver|peachpuff|crimson|plum|darkgreen|slateblue|magenta|gold|navy|gray|saddlebrown|paleturquoise|mistyrose|indigo)$/

/** Longest key under which a status or a person is mapped. */
const MAX_KEY = 300

/** The names in a cell that may hold several. "Sato, Kenji" in a cell for one person is one name. */
export function splitPeople(value: string, field: 'responsible' | 'people', onBlank: boolean): string[] {
  return field === 'responsible' && !onBlank ? [...new Set(value.split(/[;\n]/).map(name => name.trim()).filter(Boolean))] : split(value, onBlank)
}

/** The tags in a cell that may hold several. */
export function splitTags(value: string, onBlank: boolean): string[] {
  return split(value, onBlank).map(tag => onBlank ? tag.replace(COLOUR_SUFFIX, '') : tag).filter(Boolean)
}

/** What a status is mapped under: one key for all its spellings in case and width. */
export function statusKeyOf(status: string): string {
  return plain(oneLine(status)).slice(0, MAX_KEY)
}

/** What a person is mapped under. */
export function personKeyOf(name: string): string {
  return plain(oneLine(name)).slice(0, MAX_KEY)
}

function split(value: string, onBlank: boolean): string[] {
  const separators = onBlank ? /[\s;,、]+/ : /[;,、\n|]+/
  return [...new Set(value.split(separators).map(part => part.trim()).filter(Boolean))]
}
