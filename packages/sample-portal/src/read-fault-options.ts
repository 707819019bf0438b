import type { FaultOptions, OptionValues } from './fault-option.ts'
import { FaultTextError } from './fault-text-error.ts'

/** The values of the options of a fault. @throws FaultTextError for one that is missing or not allowed */
export function readOptions<Options extends FaultOptions>(
  fault: string,
  options: Options,
  texts: ReadonlyMap<string, string>,
): OptionValues<Options> {
  const values: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(options)) {
    const text = texts.get(name)
    if (text === undefined) {
      if (option.absent === undefined)
        throw new FaultTextError(`fault ${fault} needs ${name}=, ${option.allowed}`)
      values[name] = option.absent.value
      continue
    }
    const value = option.read(text)
    if (value === undefined) {
      throw new FaultTextError(`fault ${fault}: ${name} must be ${option.allowed}, not "${text}"`)
    }
    values[name] = value
  }
  return values as OptionValues<Options>
}
