import { eventually } from '../eventually.ts'
import type { ComposeProject } from './compose-project.ts'
import { queryDatabase } from './read-rows.ts'

export interface Receipt {
  readonly runId: string
  readonly state: string
  readonly pages: number
  readonly durationMs: number
}

/** Imports everything as a user does, and waits for the receipt. */
export async function importAll(project: ComposeProject, pageRows?: number): Promise<Receipt> {
  const size = pageRows === undefined ? [] : ['--page-rows', String(pageRows)]
  return runPlanner(project, ['enqueue', 'pet_license', '--initialize', '--wait', '--json', ...size])
}

/** Runs a command of the planner in a container of its own and gives its JSON document. */
export async function runPlanner<Result>(project: ComposeProject, args: readonly string[]): Promise<Result> {
  return JSON.parse(await project.compose(['run', '--rm', '--no-TTY', 'planner', ...args]))
}

/** Waits until so many pages of the newest run are done. */
export async function awaitPages(project: ComposeProject, pageCount: number): Promise<void> {
  await eventually(
    `${pageCount} pages of a run`,
    async () => {
      const [run] = await queryDatabase<{ pages: number }>(
        project,
        `SELECT JSON_OBJECT('pages', COUNT(*)) FROM import_page p JOIN import_run r USING (run_id)
         WHERE r.state = 'loading' AND p.state = 'done'`,
      )
      return (run?.pages ?? 0) >= pageCount
    },
    120_000,
  )
}

/** The containers of workers that hold pages of the open run; the beginnings of their ids. */
export async function listBusyWorkers(project: ComposeProject): Promise<string[]> {
  const rows = await queryDatabase<{ worker: string }>(
    project,
    `SELECT DISTINCT JSON_OBJECT('worker', SUBSTRING_INDEX(claimed_by, ':', 1)) FROM import_page
     WHERE state = 'claimed'`,
  )
  return rows.map(({ worker }) => worker)
}

/** How many claims of a run's pages ended with the death of their worker. */
export async function countCrashes(project: ComposeProject, runId: string): Promise<number> {
  const [row] = await queryDatabase<{ crashes: number }>(
    project,
    `SELECT JSON_OBJECT('crashes', SUM(crash_count)) FROM import_page WHERE run_id = '${runId}'`,
  )
  return row?.crashes ?? 0
}
