/** Preloaded into a process: its clock is wrong by `CLOCK_SHIFT_MS` milliseconds. Timers and `performance.now` are not touched. */
const shiftMs = Number(process.env.CLOCK_SHIFT_MS)
const RightDate = Date

class WrongDate extends RightDate {
  constructor(...parts: readonly number[]) {
    if (parts.length === 0) super(RightDate.now() + shiftMs)
    else super(...(parts as [number]))
  }

  static override now(): number {
    return RightDate.now() + shiftMs
  }
}

globalThis.Date = WrongDate as DateConstructor
