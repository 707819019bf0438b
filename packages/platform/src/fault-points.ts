/** Places at which a test may make a process die, stop or fail: before and after every step that cannot be undone. */
export const FAULT_POINTS = [
  'after_plan',
  'mid_enqueue',
  'after_claim',
  'after_fetch',
  'mid_load',
  'after_load',
  'before_commit',
  'after_commit_before_ack',
  'before_settle',
  'before_publish',
  'mid_publish',
  'before_log',
] as const
export type FaultPoint = (typeof FAULT_POINTS)[number]

let strike: ((point: FaultPoint) => void) | undefined

/** Passes a fault point; does nothing unless a test of this process set {@link onFaultPoint}. */
export function faultPoint(point: FaultPoint): void {
  strike?.(point)
}

/** Has `hook` called at every fault point from now on. For tests alone: no setting of the product reaches it. */
export function onFaultPoint(hook: ((point: FaultPoint) => void) | undefined): void {
  strike = hook
}
