import { EXIT_CODES, reportAndExit, reportCrash } from '@gather/platform'
import { CommanderError } from 'commander'
import { createProgram } from './program.ts'

process.on('uncaughtException', reportCrash)
createProgram()
  .parseAsync(process.argv)
  .then(
    () => process.exit(process.exitCode ?? EXIT_CODES.done),
    (error: unknown) => {
      if (!(error instanceof CommanderError)) reportAndExit(error)
      process.exit(error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage)
    },
  )
