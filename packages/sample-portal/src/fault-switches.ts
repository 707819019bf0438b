import { combineFaults, type FaultFunction } from './fault.ts'
import { FaultTextError } from './fault-text-error.ts'
import { type FaultTextOptions, parseFault } from './parse-fault.ts'

export interface SwitchedFault {
  readonly text: string
  /** How often it has met a request. */
  readonly count: number
}

/** Faults in text form that can be switched while a portal runs. */
export interface FaultSwitches {
  /** Does what all faults say that are on. */
  readonly fault: FaultFunction
  /** The faults that are on, in the order in which they were added. */
  list(): readonly SwitchedFault[]
  /**
   * Switches on the faults of a text: one per line; what follows a ` #` is a comment.
   * @throws FaultTextError and then switches on none of them
   */
  add(text: string): void
  /** Ends all of them. */
  clear(): void
}

/** Switches with nothing on. */
export function createFaultSwitches(options: FaultTextOptions = {}): FaultSwitches {
  let switched: CountedFault[] = []
  return {
    fault: (request) => combineFaults(switched.map(({ fault }) => fault))(request),
    list: () => switched.map(({ text, count }) => ({ text, count: count() })),
    add: (text) => {
      const lines = readLines(text)
      if (lines.length === 0) throw new FaultTextError('the text names no fault, such as throttle every=5')
      switched = [...switched, ...lines.map((line) => countFault(line, parseFault(line, options)))]
    },
    clear: () => {
      switched = []
    },
  }
}

interface CountedFault {
  readonly text: string
  readonly fault: FaultFunction
  readonly count: () => number
}

function countFault(text: string, fault: FaultFunction): CountedFault {
  let count = 0
  return {
    text,
    count: () => count,
    fault: (request) => {
      const actions = fault(request)
      if (actions !== undefined) count += 1
      return actions
    },
  }
}

function readLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
}
