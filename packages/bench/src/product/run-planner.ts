import { join } from 'node:path'
import { readPhaseRecords } from '../profile/phase-file.ts'
import { PHASE_FILE_VARIABLE, type PhaseRecord } from '../profile/phase-record.ts'
import { cleanEnv, runProgram } from '../run-node.ts'
import { recorded } from './start-product.ts'

export interface PlannerRun {
  /** What it printed with `--json`. */
  readonly json: Readonly<Record<string, unknown>>
  readonly record: PhaseRecord
}

let callCount = 0

/**
 * Runs a command of the planner to its end.
 * @throws Error with what it said, where it failed
 */
export async function runPlanner(
  args: readonly string[],
  { env, folder }: { readonly env: Readonly<Record<string, string>>; readonly folder: string },
): Promise<PlannerRun> {
  callCount += 1
  const phaseFile = join(folder, `planner-${callCount}.phases`)
  const { code, stdout, stderr } = await runProgram(
    process.execPath,
    recorded(['apps/planner/src/main.ts', ...args]),
    cleanEnv({ ...env, [PHASE_FILE_VARIABLE]: phaseFile }),
  )
  if (code !== 0) throw new Error(`"planner ${args.join(' ')}" ended with ${code}: ${stderr.trim()}`)
  const record = readPhaseRecords(phaseFile).at(-1)
  if (record === undefined) throw new Error(`"planner ${args.join(' ')}" wrote no phases`)
  return { json: args.includes('--json') ? JSON.parse(stdout) : {}, record }
}
