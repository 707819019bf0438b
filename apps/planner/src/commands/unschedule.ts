import { deleteSchedule } from '@gather/ledger'
import { Fault } from '@gather/platform'
import type { Command } from 'commander'
import { printLine } from '../output.ts'
import { withServices } from '../with-services.ts'

export function addUnschedule(program: Command): void {
  program
    .command('unschedule')
    .description('import a topic at regular times no more; a run that was started goes on')
    .argument('<topic>', 'the topic whose schedule goes ("planner schedules" lists them)')
    .action(async (topic: string) => {
      await withServices(
        async ({ database }) => {
          if (!(await deleteSchedule(database, topic))) throw unknownSchedule(topic)
          printLine(`${topic} has no schedule any more`)
        },
        { needsQueue: false },
      )
    })
}

const unknownSchedule = (topic: string): Fault =>
  new Fault({
    code: 'SCHEDULE_UNKNOWN',
    kind: 'terminal',
    message: `there is no schedule of "${topic}"; "planner schedules" lists them`,
  })
