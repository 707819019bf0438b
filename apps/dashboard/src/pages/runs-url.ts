import type { RunState } from '@gather/ledger'

/** Which runs a list shows. */
export interface RunsQuery {
  readonly topic?: string | undefined
  readonly state?: RunState | 'open' | undefined
  /** Runs older than the one it names. */
  readonly before?: RunCursor | undefined
}

/** A place in the order of runs, newest first. */
export interface RunCursor {
  /** As the database writes it. */
  readonly createdAt: string
  readonly runId: string
}

/** The list of runs at `path`; `refresh=off` makes it stand still where there is no script. */
export function runsUrl({ topic, state, before }: RunsQuery, isStill = false, path = '/'): string {
  const query = new URLSearchParams()
  if (topic !== undefined) query.set('topic', topic)
  if (state !== undefined) query.set('state', state)
  if (before !== undefined) query.set('before', `${before.createdAt.replace(' ', 'T')}~${before.runId}`)
  if (isStill) query.set('refresh', 'off')
  return query.size === 0 ? path : `${path}?${query.toString()}`
}
