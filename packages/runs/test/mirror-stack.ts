import { findRun } from '@gather/ledger'
import {
  type DatasetHandle,
  type DatasetSpec,
  type FaultAction,
  type FaultRequest,
  PET_LICENSE_DATASET_ID,
  type PortalRecord,
  petLicenseColumns,
} from '@gather/sample-portal'
import {
  eventually,
  portalRows,
  runPlanner,
  startApp,
  startTestStack,
  storedRows,
  type TestStack,
  type TestStackOptions,
} from '@gather/testing'
import { expect } from 'vitest'
import { type PlanOptions, planRun, type Receipt, type RunPlan, readReceipt, startRun } from '../src/index.ts'

const HOUR_MS = 3_600_000
const PLAN_TIMEOUT_MS = 60_000

/** Licences numbered `prefix` and a number, which changed when `timeOf` says. */
export const licences = (
  prefix: string,
  count: number,
  timeOf: (index: number) => string | null | undefined = () => undefined,
): PortalRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    license_issue_date: '2018-03-04T00:00:00.000',
    license_number: `${prefix}-${index}`,
    animal_s_name: index % 7 === 0 ? null : `Zoë "Zo" O\\Neil ${index % 5}`,
    species: index % 3 === 0 ? 'Dog' : 'Cat',
    primary_breed: 'Manx',
    zip_code: '98115',
    ':updated_at': timeOf(index),
  }))

export const hoursAgo = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString()

/** True for rows whose licence number matches. */
export const numbered = (pattern: RegExp) => (row: PortalRecord) => pattern.test(String(row.license_number))

export const datasetOf = (rows: Iterable<PortalRecord>): DatasetSpec => ({
  id: PET_LICENSE_DATASET_ID,
  name: 'Licences',
  columns: petLicenseColumns,
  rows,
})

/** A receipt of `--json`, or what the planner said instead. */
export type Printed = Receipt & { readonly error?: string }

/** Rows of the target that a mirror run changes. */
export interface Changes {
  readonly read?: number
  readonly inserted?: number
  readonly updated?: number
  readonly deleted?: number
  readonly pages?: number
  readonly generation?: number
}

/** A stack with a worker and a listener, which mirror its portal. Runs are planned in this process. */
export interface MirrorStack {
  readonly stack: TestStack
  portal(): DatasetHandle
  plan(options?: Partial<PlanOptions>): Promise<RunPlan>
  /** Starts what was planned and waits for its end. */
  finish(plan: RunPlan): Promise<Receipt>
  run(options?: Partial<PlanOptions>): Promise<Receipt>
  /** `planner enqueue --wait` */
  command(...more: string[]): Promise<Printed>
  /** The target holds the portal's rows, each once. */
  expectEqualRows(): Promise<void>
  /** The run that `start` makes is a mirror with exactly these changes; compares the rows. */
  mirror(changes: Changes, start?: () => Promise<Receipt>): Promise<Receipt>
  /** The run that `start` makes becomes a full one with `note` in its receipt; compares the rows. */
  full(note: string, start?: () => Promise<Receipt>): Promise<Receipt>
  countRows(): Promise<number>
}

export async function startMirrorStack(options: TestStackOptions): Promise<MirrorStack> {
  const stack = await startTestStack(options)
  const { services, topic } = stack
  const apps = [startApp('worker', stack.env), startApp('listener', stack.env)]
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
  const portal = () => stack.portal.dataset(PET_LICENSE_DATASET_ID)
  const plan = (more: Partial<PlanOptions> = {}) =>
    planRun(
      services,
      topic,
      { initialize: false, allowEmpty: false, allowShrink: false, ...more },
      AbortSignal.timeout(PLAN_TIMEOUT_MS),
    )
  const finish = async (planned: RunPlan) => {
    await startRun(services, planned)
    return eventually('the end of the run', async () => {
      const run = await findRun(services.database, planned.runId)
      return run?.finishedAt ? readReceipt(services, run) : undefined
    })
  }
  const run = async (more: Partial<PlanOptions> = {}) => finish(await plan(more))
  const command = async (...more: string[]): Promise<Printed> => {
    const args = ['enqueue', 'pet_license', '--wait', '--json', ...more]
    const { stdout, stderr } = await runPlanner(args, stack.env)
    return JSON.parse(stdout || JSON.stringify({ error: stderr }))
  }
  const countRows = async () => {
    const [row] = await services.database.rows<{ n: number }>('SELECT COUNT(*) AS n FROM pet_license')
    return Number(row?.n)
  }
  const expectEqualRows = async () =>
    expect(await storedRows(services.database, topic)).toEqual(portalRows(portal(), topic))
  const mirror = async (changes: Changes, start = run) => {
    const before = await countRows()
    const receipt = await start()
    expect(receipt).toMatchObject({ strategy: 'mirror', mode: 'incremental', state: 'succeeded' })
    expectChanges(receipt, changes, before)
    await expectEqualRows()
    return receipt
  }
  const full = async (note: string, start = run) => {
    const receipt = await start()
    expect(receipt).toMatchObject({ strategy: 'full', mode: 'incremental', state: 'succeeded' })
    expect(receipt.note).toContain(note)
    await expectEqualRows()
    return receipt
  }
  return { stack, portal, plan, finish, run, command, expectEqualRows, mirror, full, countRows }
}

/** The receipt's counts are what the changes make of a target of `before` rows. */
function expectChanges(
  { counts, pages, generation }: Pick<Receipt, 'counts' | 'pages' | 'generation'>,
  { read = 0, inserted = 0, updated = 0, deleted = 0, ...more }: Changes,
  before: number,
): void {
  const after = before + inserted - deleted
  const unchanged = after - inserted - updated
  const rows = { source: after, stored: after, before, after, unchanged, rejected: 0 }
  expect(counts).toEqual({ ...rows, read, inserted, updated, deleted })
  expect({ pages, generation }).toMatchObject(more)
}

/** A request for rows, not for a count, groups, ids or the row behind the last. */
export const isPage = ({ query }: FaultRequest): boolean =>
  query.get('$select')?.includes('license_number') ?? false

/** A request for counts by time or day. */
export const isGrouped = ({ query }: FaultRequest): boolean => query.has('$group')

/** A fault function that does `action` to some of the requests that match, by their number from 0. */
export function atRequests(
  isMatch: (request: FaultRequest) => boolean,
  isChosen: (index: number) => boolean,
  action: FaultAction,
) {
  let count = 0
  return (request: FaultRequest): FaultAction | undefined => {
    if (!isMatch(request)) return undefined
    const index = count
    count += 1
    return isChosen(index) ? action : undefined
  }
}
