import { EXIT_CODES } from '@gather/platform'
import { type Check, runDoctor } from '@gather/runs'
import type { Command } from 'commander'
import { printJson, printLine, table } from '../output.ts'
import { withServices } from '../with-services.ts'

const TIMEOUT_MS = 60_000
const MARKS = { ok: 'ok', warn: 'WARN', fail: 'FAIL' } as const

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check Node, Redis, the database, the portals and the topic files, and say what to mend')
    .option('--json', 'print one JSON document', false)
    .action(async (options: { json: boolean }) => {
      const checks = await withServices(
        (services) =>
          runDoctor(
            { nodeVersion: process.versions.node, services, topicsDir: services.config.topicsDir },
            AbortSignal.timeout(TIMEOUT_MS),
          ),
        { needsQueue: false },
      )
      if (options.json) printJson(checks)
      else printLine(table(checks.map(rowOf)))
      if (checks.some((check) => check.verdict === 'fail')) process.exitCode = EXIT_CODES.unreachable
    })
}

const rowOf = (check: Check): string[] => [MARKS[check.verdict], check.subject, check.message]
