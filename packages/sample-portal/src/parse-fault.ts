import type { FaultFunction } from './fault.ts'
import { namedFaults } from './fault-table.ts'
import { FaultTextError } from './fault-text-error.ts'
import { createWhen, WHEN_OPTIONS } from './fault-when.ts'
import type { NamedFault } from './named-fault.ts'
import { createRandom, hashNumbers, hashText } from './random.ts'

export interface FaultTextOptions {
  /** For `chance` and for which rows change; the same seed and text give the same sequence. @defaultValue 1 */
  readonly seed?: number
}

/**
 * The fault that a line such as `cut at=1000 form=gzip every=3` names. Each result counts its own requests.
 * @throws FaultTextError for a name, an option or a value that is unknown, naming what is allowed
 */
export function parseFault(text: string, { seed = 1 }: FaultTextOptions = {}): FaultFunction {
  const [name = '', ...words] = text.trim().split(/\s+/)
  const fault = namedFaults.find((each) => each.name === name)
  if (fault === undefined) {
    const known = namedFaults.map((each) => each.name).join(', ')
    throw new FaultTextError(`"${name}" is no fault; allowed are ${known}`)
  }
  const texts = readWords(fault, words)
  const random = createRandom(hashNumbers(seed, hashText(text.trim()), 3))
  const meets = createWhen(name, texts, random)
  const act = fault.compile(texts, random)
  return (request) => (meets(request) ? act(request) : undefined)
}

function readWords(fault: NamedFault, words: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>()
  for (const word of words) {
    const [, name = '', value = ''] =
      word === 'once' ? ['', 'first', '1'] : (/^([^=]+)=(.*)$/.exec(word) ?? [])
    if (!Object.hasOwn(fault.options, name) && !Object.hasOwn(WHEN_OPTIONS, name))
      throw unknownOption(fault, word)
    if (texts.has(name)) throw new FaultTextError(`fault ${fault.name}: ${name} is given twice`)
    texts.set(name, value)
  }
  return texts
}

function unknownOption({ name, options }: NamedFault, word: string): FaultTextError {
  const own = Object.keys(options).map((option) => `${option}=`)
  const when = Object.keys(WHEN_OPTIONS).map((option) => `${option}=`)
  const allowed = [...own, ...when, 'once'].join(', ')
  return new FaultTextError(`fault ${name} has no option "${word}"; allowed are ${allowed}`)
}
