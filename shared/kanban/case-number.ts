import type { PracticeArea } from './matter.ts'

export const DEFAULT_CASE_NUMBER_TEMPLATE = '{year}-{type}-{seq:4}'

/** Two letters for `{type}`; CV (civil) where the practice area says no more. */
const TYPE_CODES: Partial<Record<PracticeArea, string>> = {
  BANKING: 'BK', BANKRUPTCY_AND_RESTRUCTURING: 'BR', COMMERCIAL_AND_TRADE: 'CT', CONSTITUTIONAL_AND_CIVIL_RIGHTS: 'CR',
  CORPORATE: 'CO', CRIMINAL: 'CM', EDUCATION: 'ED', ENERGY: 'EN', ENVIRONMENTAL_AND_NATURAL_RESOURCE: 'EV',
  FINANCE_AND_LENDING: 'FN', HEALTH: 'HL', IMMIGRATION: 'IM', INFORMATION_SECURITY: 'IS', INSURANCE: 'IN',
  INTELLECTUAL_PROPERTY: 'IP', LABOR_AND_EMPLOYMENT: 'LE', PERSONAL_AND_FAMILY: 'FA', PUBLIC_AND_ADMINISTRATIVE: 'AD',
  REAL_PROPERTY: 'RP', SECURITIES_AND_FINANCIAL_INSTRUMENTS: 'SE', TAX_AND_REVENUE: 'TX',
}

export interface CaseNumberParts {
  /** The firm's calendar year. */
  year: number
  practiceArea: PracticeArea | null
  clientName: string
  seq: number
}

/** Whether a firm's template can number matters: it must hold a running number. */
export function isCaseNumberTemplate(template: string): boolean {
  return /\{seq(?::\d{1,2})?\}/.test(template) && !/\{(?!year\}|type\}|client\}|seq(?::\d{1,2})?\})/.test(template)
}

/** A case number by the firm's template: `{year}`, `{type}`, `{client}`, `{seq}` or `{seq:4}` for leading zeros. */
export function formatCaseNumber(template: string, parts: CaseNumberParts): string {
  return template
    .replaceAll('{year}', String(parts.year))
    .replaceAll('{type}', (parts.practiceArea && TYPE_CODES[parts.practiceArea]) || 'CV')
    .replaceAll('{client}', clientCode(parts.clientName))
    .replace(/\{seq(?::(\d{1,2}))?\}/g, (_, width?: string) => String(parts.seq).padStart(Number(width ?? 0), '0'))
}

/** What sequence a number counts in: the template with everything but the running number filled in. */
export function caseNumberScope(template: string, parts: Omit<CaseNumberParts, 'seq'>): string {
  return formatCaseNumber(template.replace(/\{seq(?::\d{1,2})?\}/g, '#'), { ...parts, seq: 0 })
}

/** The form in which numbers are compared and searched: no case, no width, no spaces at the ends. */
export function normalizeCaseNumber(caseNumber: string): string {
  return caseNumber.normalize('NFKC').trim().toLowerCase()
}

function clientCode(clientName: string): string {
  const letters = [...clientName.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '')]
  return letters.slice(0, 8).join('').toUpperCase() || 'CLIENT'
}
