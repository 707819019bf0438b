import { RUN_STATES, type RunState } from '@gather/ledger'
import type { RunCursor, RunsQuery } from './pages/runs-url.ts'

const TOPIC_MAX = 64
const CURSOR = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d{3})~([a-z0-9]{1,20})$/

/** Which runs the address of a list asks for; what is not valid is left out. */
export function readRunsQuery(query: URLSearchParams): RunsQuery {
  return {
    topic: query.get('topic')?.slice(0, TOPIC_MAX) || undefined,
    state: readState(query.get('state')),
    before: readCursor(query.get('before')),
  }
}

const readState = (text: string | null): RunsQuery['state'] =>
  text === 'open' ? 'open' : RUN_STATES.find((state: RunState) => state === text)

function readCursor(text: string | null): RunCursor | undefined {
  const [, date, time, runId] = CURSOR.exec(text ?? '') ?? []
  if (date === undefined || time === undefined || runId === undefined) return undefined
  return isRealTime(`${date}T${time}Z`) ? { createdAt: `${date} ${time}`, runId } : undefined
}

/** Not the 30th of February, which the parser takes for the 2nd of March. */
function isRealTime(isoTime: string): boolean {
  const ms = Date.parse(isoTime)
  return !Number.isNaN(ms) && new Date(ms).toISOString() === isoTime
}
