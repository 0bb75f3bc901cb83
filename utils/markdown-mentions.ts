import type { MarkdownIt, Token } from 'markdown-it'
import type { MemberId } from '#shared/kanban/member.ts'

/** Who is meant, for the reader of a text. */
export interface MentionNames {
  /** The member's name now; null for nobody that is known here. */
  nameOf: (id: MemberId) => string | null
  /** Who reads. */
  me: MemberId
}

const SCHEME = 'member:'

/**
 * Makes a mark of each mention (`[@Name](member:id)`), with the name that the member has now. A link of that kind is never
 * an address: one that names nobody is only its words. The names come with `render(text, { mentions })`.
 */
export function markMentions(markdown: MarkdownIt): void {
  markdown.core.ruler.after('inline', 'mentions', (state) => {
    const names = namesIn(state.env)
    for (const block of state.tokens) {
      if (block.type === 'inline' && block.children?.some(isMemberLink))
        block.children = marked(block.children, names, (type, content, id) => Object.assign(new state.Token(type, '', 0), { content, meta: { id } }))
    }
  })
  markdown.renderer.rules.mention = (tokens, index, _options, env) => {
    const { content, meta } = tokens[index]!
    return `<span class="mention${meta?.id === namesIn(env)?.me ? ' mention-me' : ''}">${markdown.utils.escapeHtml(content)}</span>`
  }
}

const namesIn = (env: unknown) => (env as { mentions?: MentionNames } | undefined)?.mentions

type MakeToken = (type: 'mention' | 'text', content: string, id: string) => Token

function marked(tokens: readonly Token[], names: MentionNames | undefined, make: MakeToken): Token[] {
  const result: Token[] = []
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!
    if (!isMemberLink(token)) {
      result.push(token)
      continue
    }
    // Links don't nest: the next end is this one's.
    const end = tokens.findIndex((other, place) => place > index && other.type === 'link_close')
    const words = tokens.slice(index + 1, end).map(({ content }) => content).join('')
    const id = String(token.attrGet('href')).slice(SCHEME.length)
    const name = words.startsWith('@') ? names?.nameOf(id) ?? null : null
    result.push(name === null ? make('text', words, id) : make('mention', `@${name}`, id))
    index = end
  }
  return result
}

function isMemberLink(token: Token): boolean {
  return token.type === 'link_open' && String(token.attrGet('href')).toLowerCase().startsWith(SCHEME)
}
