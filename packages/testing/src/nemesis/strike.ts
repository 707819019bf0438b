import { FAULT_POINTS, type FaultPoint } from '@gather/platform'

export const STRIKE_DEEDS = ['kill', 'stop', 'throw'] as const
/** `kill` is SIGKILL, `stop` SIGSTOP, `throw` an error that nobody foresaw. */
export type StrikeDeed = (typeof STRIKE_DEEDS)[number]

/** What a process does to itself when it passes a fault point for the `passNo`th time. */
export interface Strike {
  readonly point: FaultPoint
  readonly deed: StrikeDeed
  /** From 1. */
  readonly passNo: number
}

/** Such as `after_claim=kill@3`, as a process is told of it by {@link STRIKE_VARIABLE}. */
export const writeStrike = ({ point, deed, passNo }: Strike): string => `${point}=${deed}@${passNo}`

/** @throws Error for a point or deed that does not exist */
export function readStrike(text: string): Strike {
  const [, point, deed, passNo] = /^(\w+)=(\w+)@(\d+)$/.exec(text) ?? []
  const strike = {
    point: FAULT_POINTS.find((known) => known === point),
    deed: STRIKE_DEEDS.find((known) => known === deed),
    passNo: Number(passNo),
  }
  if (strike.point === undefined || strike.deed === undefined) throw new Error(`no such strike: ${text}`)
  return { point: strike.point, deed: strike.deed, passNo: strike.passNo }
}

/** The environment variable in which {@link startApp} hands a strike to a process. */
export const STRIKE_VARIABLE = 'TEST_STRIKE'

/** What a process prints when it strikes. */
export const STRUCK = /^struck (\w+)=(\w+)@\d+$/m
