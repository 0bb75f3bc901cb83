import { PRACTICE_AREAS } from '#shared/kanban/matter.ts'
import type { Lifecycle, PracticeArea, Priority } from '#shared/kanban/matter.ts'

const PRIORITY_WORDS: Record<Priority, string[]> = {
  LOW: ['low', 'lowest', 'minor', '低', '低い', '小'],
  MEDIUM: ['medium', 'normal', 'standard', 'moderate', '中', '普通', '通常', '標準'],
  HIGH: ['high', 'major', 'important', '高', '高い', '大', '重要'],
  URGENT: ['urgent', 'critical', 'highest', 'immediate', 'asap', 'blocker', '緊急', '至急', '最優先'],
}

/** Words of other programs and of Japanese offices for an area of law. */
const AREA_WORDS: Partial<Record<PracticeArea, string[]>> = {
  PERSONAL_INJURY_AND_TORT: ['personal injury', 'tort', 'torts', '不法行為', '損害賠償', '交通事故'],
  PERSONAL_AND_FAMILY: ['family', 'divorce', 'estate', 'estates', 'probate', 'wills', '家事', '離婚', '相続'],
  LABOR_AND_EMPLOYMENT: ['labor', 'labour', 'employment', '労働'],
  INTELLECTUAL_PROPERTY: ['ip', 'patent', 'trademark', 'copyright', '知的財産', '知財', '特許', '商標'],
  CRIMINAL: ['刑事'],
  CORPORATE: ['business', 'm&a', '会社法', '企業法務', '会社'],
  REAL_PROPERTY: ['real estate', 'property', '不動産'],
  TAX_AND_REVENUE: ['tax', '税務'],
  BANKRUPTCY_AND_RESTRUCTURING: ['bankruptcy', 'insolvency', '倒産', '破産'],
  COMMERCIAL_AND_TRADE: ['commercial', 'contract', 'contracts', '商取引', '契約'],
  PUBLIC_AND_ADMINISTRATIVE: ['administrative', '行政'],
  IMMIGRATION: ['入管', '在留'],
  BANKING: ['bank', '銀行'],
  INSURANCE: ['保険'],
}

const CLOSED_WORDS = /^(?:closed?|done|complete[d]?|finished|resolved|archived?|完了|終了|終結|解決済み?|済み?|クローズ)$/
const PENDING_WORDS = /^(?:pending|intake|new|prospective|lead|backlog|to ?do|inbox|受付|新規|未着手|相談中|保留)$/

/** What a status most likely means for the matters that have it. */
export function guessLifecycle(status: string): Lifecycle {
  const word = plain(status).replaceAll(/[^\p{L}\p{N} ]/gu, '').trim()
  if (CLOSED_WORDS.test(word))
    return 'CLOSED'
  return PENDING_WORDS.test(word) ? 'PENDING' : 'OPEN'
}

/** The priority that a word names, or null. */
export function readPriority(value: string): Priority | null {
  const word = plain(value)
  for (const [priority, words] of Object.entries(PRIORITY_WORDS) as [Priority, string[]][]) {
    if (words.includes(word))
      return priority
  }
  return null
}

/** The area of law that a text names, or null. */
export function readPracticeArea(value: string): PracticeArea | null {
  const word = plain(value).replace(/ (?:law|matters?|cases?)$/, '').replaceAll(/[,:&]/g, ' and ').replaceAll(/(?: and)+ | +/g, match => match.includes('and') ? ' and ' : ' ')
  const code = word.toUpperCase().replaceAll(/[^A-Z]+/g, '_')
  const area = PRACTICE_AREAS.find(known => known === code || known.replaceAll('_AND_', '_') === code.replaceAll('_AND_', '_'))
  return area ?? PRACTICE_AREAS.find(known => AREA_WORDS[known]?.includes(word) || AREA_WORDS[known]?.includes(plain(value))) ?? null
}

/** The form in which words are compared. */
export function plain(value: string): string {
  return value.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ')
}
