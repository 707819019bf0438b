import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { describeFaults } from './describe-faults.ts'
import { PET_LICENSE_DATASET_ID, PET_LICENSE_ROW_COUNT } from './pet-licenses.ts'

export interface CommandOptions {
  readonly port: number
  readonly host: string
  readonly rows: number
  readonly seed: number
  readonly csv?: string
  readonly dataset: string
  readonly timeZone: string
  /** As written. */
  readonly fault: readonly string[]
}

const PORT_MAX = 65_535
const NUMBER_MAX = 999_999_999

/** Wrong usage; the message is one sentence. */
export class UsageError extends Error {}

/**
 * The options of the command line, or undefined where help was asked for and has been printed.
 * @throws UsageError
 */
export function readCommandOptions(argv: readonly string[]): CommandOptions | undefined {
  const command = createCommand()
  try {
    return command.parse(argv).opts<CommandOptions>()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return undefined
    throw new UsageError(describeError(error, command))
  }
}

function describeError({ code, message }: CommanderError, command: Command): string {
  const reason = message.replace(/^error: /, '').replace(' is invalid. ', ' ')
  const allowed = `allowed are ${command.options.map((option) => option.long).join(', ')}, --help`
  if (code === 'commander.excessArguments') return `there are options only; ${allowed}`
  return code === 'commander.unknownOption' ? `${reason}; ${allowed}` : reason
}

function createCommand(): Command {
  return new Command('sample-portal')
    .description('Serves generated pet licences, or a CSV export of a portal, as a Socrata 2.1 portal does.')
    .option('--port <number>', 'port to listen on, 0 for any free one', wholeNumberTo(PORT_MAX), 8080)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--rows <count>', 'licences to generate', wholeNumberTo(NUMBER_MAX), PET_LICENSE_ROW_COUNT)
    .option('--seed <number>', 'another seed, other licences and other faults', wholeNumberTo(NUMBER_MAX), 1)
    .option('--csv <file>', 'serve this export (.csv or .csv.gz) instead')
    .option('--dataset <id>', 'id of the data set', PET_LICENSE_DATASET_ID)
    .option('--time-zone <name>', 'time zone whose days datez_trunc_ymd() cuts at', 'UTC')
    .addOption(
      new Option('--fault <text>', 'what goes wrong, see below; may be given several times')
        .default([], 'none')
        .argParser(collect),
    )
    .addHelpText('after', `\n${describeFaults()}`)
    .showSuggestionAfterError(false)
    .allowExcessArguments(false)
    .configureOutput({ writeErr: () => {} })
    .exitOverride()
}

function wholeNumberTo(max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (!(value <= max)) throw new InvalidArgumentError(`must be a whole number from 0 to ${max}`)
    return value
  }
}

function collect(text: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, text]
}
