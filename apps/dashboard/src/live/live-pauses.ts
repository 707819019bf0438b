/** Milliseconds between two looks at what is in motion. */
export const MOVING_PAUSE_MS = 1_000
/** And at what is not, or can't be seen: a new run shows within this time. */
export const RESTING_PAUSE_MS = 3_000
