import { useI18n } from '#imports'

/** How long something took, in its largest whole unit: "3 min". */
export function useDurationWords(): (ms: number) => string {
  const { locale } = useI18n()
  return (ms) => {
    const [unit, size] = ms < 60_000 ? ['second', 1_000] as const : ms < 3_600_000 ? ['minute', 60_000] as const : ['hour', 3_600_000] as const
    const words = new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }).format(Math.floor(ms / size))
    // Japanese sets no space between a number and its word.
    return locale.value === 'ja' ? words.replace(/\s/, '') : words
  }
}
