import MarkdownIt from 'markdown-it'
import { describe, expect, it } from 'vitest'
import { mentionOf } from '#shared/kanban/mentions.ts'
import { markMentions } from '~/utils/markdown-mentions.ts'
import { buildId, PEOPLE } from '../../helpers/builders.ts'

const { partner, partner2 } = PEOPLE
const markdown = new MarkdownIt({ html: false, breaks: true }).use(markMentions)
const names = new Map([[partner.id, 'Sakura <Tanaka>'], [partner2.id, 'Robert Chen']])
const mentions = { nameOf: (id: string) => names.get(id) ?? null, me: partner.id }
const render = (text: string) => markdown.render(text, { mentions }).trim()

describe('a mention in a text', () => {
  it('is a mark with the member\'s name of now, their own told from others\'', () => {
    expect(render(`${mentionOf({ ...partner2, name: 'Bob' })} asks ${mentionOf(partner)}`))
      .toBe('<p><span class="mention">@Robert Chen</span> asks <span class="mention mention-me">@Sakura &lt;Tanaka&gt;</span></p>')
  })
  it('of nobody who is known, or where no names are, is only its words', () => {
    expect(render(mentionOf({ id: buildId(9), name: 'Some_one <b>' }))).toBe('<p>@Some_one &lt;b&gt;</p>')
    expect(markdown.render(mentionOf(partner2)).trim()).toBe('<p>@Robert Chen</p>')
  })
  it('is never a link, however somebody writes it', () => {
    for (const text of [`[click](member:${partner.id})`, `<member:${partner.id}>`, `[a][1]\n\n[1]: MEMBER:${partner.id}`, `[**@x**](member:${partner.id} "t")`, '[@x](member:../../evil)'])
      expect(render(text)).not.toContain('<a')
  })
  it('leaves other links as they are', () => {
    expect(render(`[court](https://court.example) ${mentionOf(partner2)}`)).toBe('<p><a href="https://court.example">court</a> <span class="mention">@Robert Chen</span></p>')
  })
})
