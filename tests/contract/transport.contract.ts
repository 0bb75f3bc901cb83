import type { TransportSubject } from './transport-bench.ts'
import { setUpTransports } from './transport-bench.ts'
import { linkContract } from './transport-link.contract.ts'
import { newsContract } from './transport-news.contract.ts'
import { peopleContract } from './transport-people.contract.ts'

/** What every `RealTimeTransport` promises (rule T1), whichever way its news take. */
export function transportContract(subject: TransportSubject): void {
  const bench = setUpTransports(subject)
  linkContract(bench)
  newsContract(bench)
  peopleContract(bench)
}
