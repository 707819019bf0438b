import type { FaultFunction } from './fault.ts'
import type { FaultOptions, OptionValues } from './fault-option.ts'
import type { Random } from './random.ts'
import { readOptions } from './read-fault-options.ts'

/** A fault that can be written as text: on the command line, in a request to the portal, in a test. */
export interface NamedFault {
  readonly name: string
  /** What happens, in one line. */
  readonly summary: string
  /** A line that {@link parseFault} takes. */
  readonly example: string
  readonly options: FaultOptions
  /** The fault with the options as they are written. @throws FaultTextError for one that is not allowed */
  compile(texts: ReadonlyMap<string, string>, random: Random): FaultFunction
}

interface FaultDefinition<Options extends FaultOptions> {
  readonly name: string
  readonly summary: string
  readonly example: string
  readonly options: Options
  readonly create: (values: OptionValues<Options>, random: Random) => FaultFunction
}

export function defineFault<const Options extends FaultOptions>(
  definition: FaultDefinition<Options>,
): NamedFault {
  const { name, summary, example, options, create } = definition
  return {
    name,
    summary,
    example,
    options,
    compile: (texts, random) => create(readOptions(name, options, texts), random),
  }
}
