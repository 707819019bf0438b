import type { Cleanup } from '../cleanup.ts'
import type { YardstickName } from '../options.ts'
import { bareYardstick } from './bare-load.ts'
import { clientYardstick } from './client-load.ts'
import { pandasYardstick } from './pandas-load.ts'
import { rowsYardstick } from './row-inserts.ts'
import type { Skipped, Yardstick, YardstickSetup } from './yardstick.ts'

const OPENERS: Readonly<
  Record<YardstickName, (setup: YardstickSetup) => Yardstick | Skipped | Promise<Yardstick | Skipped>>
> = {
  client: clientYardstick,
  bare: bareYardstick,
  rows: rowsYardstick,
  pandas: pandasYardstick,
}

export interface OpenYardsticks {
  readonly yardsticks: readonly Yardstick[]
  /** Sentences about those that could not be opened. */
  readonly notes: readonly string[]
}

export async function openYardsticks(
  names: readonly YardstickName[],
  setup: YardstickSetup,
  cleanup: Cleanup,
): Promise<OpenYardsticks> {
  const yardsticks: Yardstick[] = []
  const notes: string[] = []
  for (const name of names) {
    const opened = await OPENERS[name](setup)
    if ('skipped' in opened) notes.push(opened.skipped)
    else {
      yardsticks.push(opened)
      cleanup.add(() => opened.close?.())
    }
  }
  return { yardsticks, notes }
}
