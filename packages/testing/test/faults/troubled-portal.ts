import type { PageRecord, RunRecord } from '@gather/ledger'
import { listPages } from '@gather/ledger'
import {
  type FaultAction,
  type FaultFunction,
  type FaultRequest,
  parseFault,
  type SamplePortal,
} from '@gather/sample-portal'
import type { TestStack, Trial } from '@gather/testing'
import { expect } from 'vitest'
import { beginHere } from '../../src/sweeps/begin-here.ts'

/** The request for rows, not for a count or metadata. */
export const isPage = ({ query }: FaultRequest): boolean => query.has('$order')

/** The number of the page that is asked for. */
export const pageNoOf = ({ query }: FaultRequest, pageRows: number): number =>
  Number(query.get('$offset')) / pageRows

/** What goes wrong with one page: a line that `parseFault` takes, or an action that has no name. */
export type Trouble = string | FaultAction

/** Makes trouble number n with page n, the first `times` times that it is asked for. Counts how often that was. */
export function troublePages(
  portal: SamplePortal,
  pageRows: number,
  troubles: readonly (Trouble | undefined)[],
  times = 1,
): ReadonlyMap<number, number> {
  const askedCounts = new Map<number, number>()
  const faults = troubles.map((trouble): FaultFunction => {
    if (typeof trouble === 'string') return parseFault(trouble)
    return () => trouble
  })
  portal.setFault((request) => {
    if (!isPage(request)) return undefined
    const pageNo = pageNoOf(request, pageRows)
    const asked = (askedCounts.get(pageNo) ?? 0) + 1
    askedCounts.set(pageNo, asked)
    return asked <= times ? faults[pageNo]?.(request) : undefined
  })
  return askedCounts
}

/** A run that has ended, and what the checker says of it. */
export interface TriedRun {
  readonly run: RunRecord
  readonly pages: readonly PageRecord[]
}

/** Imports everything under the portal's present fault, which ends then, and holds the run against all invariants. */
export async function importHere(stack: TestStack): Promise<TriedRun> {
  const trial = await beginHere(stack)
  return endTrial(stack, trial)
}

/** Waits for a run's end, ends the portal's fault and holds the run against all invariants. */
export async function endTrial(stack: TestStack, trial: Trial): Promise<TriedRun> {
  const run = await trial.ended(60_000)
  stack.portal.setFault(undefined)
  expect(await trial.check()).toEqual([])
  return { run, pages: await listPages(stack.services.database, run.runId, run.generation) }
}
