import type { FaultRequest } from './fault.ts'
import { share, someText, wholeNumber, withDefault } from './fault-option.ts'
import type { Random } from './random.ts'
import { readOptions } from './read-fault-options.ts'

/** The options that every named fault takes: which requests it meets. */
export const WHEN_OPTIONS = {
  path: withDefault(someText, undefined),
  query: withDefault(someText, undefined),
  after: withDefault(wholeNumber(0), 0),
  every: withDefault(wholeNumber(1), 1),
  chance: withDefault(share, undefined),
  first: withDefault(wholeNumber(1), Number.POSITIVE_INFINITY),
} as const

/** One line for each of {@link WHEN_OPTIONS}, in the order in which they are asked. */
export const WHEN_SUMMARIES: Readonly<Record<keyof typeof WHEN_OPTIONS, string>> = {
  path: 'only requests whose path contains this text, such as path=resource or path=/api/views',
  query: 'only requests whose decoded query contains this text, such as query=count( or query=$order',
  after: 'lets the first N of these requests pass',
  every: 'of the rest, only the Nth, 2Nth, 3Nth, ...',
  chance: 'of these, each with this probability, such as chance=0.1; the sequence depends on --seed',
  first: 'at most N times; the word once means first=1',
}

/** Whether a fault meets a request. Stateful: to be asked once for each request. @throws FaultTextError */
export function createWhen(
  fault: string,
  texts: ReadonlyMap<string, string>,
  random: Random,
): (request: FaultRequest) => boolean {
  const { path, query, after, every, chance, first } = readOptions(fault, WHEN_OPTIONS, texts)
  let candidateCount = 0
  let firedCount = 0
  return (request) => {
    if (path !== undefined && !request.path.includes(path)) return false
    if (query !== undefined && !decodedQuery(request).includes(query)) return false
    candidateCount += 1
    if (candidateCount <= after || (candidateCount - after) % every !== 0) return false
    if (chance !== undefined && random() >= chance) return false
    if (firedCount >= first) return false
    firedCount += 1
    return true
  }
}

function decodedQuery({ query }: FaultRequest): string {
  return Array.from(query, ([name, value]) => `${name}=${value}`).join('&')
}
