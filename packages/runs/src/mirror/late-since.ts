import { type RunRecord, toIsoTime } from '@gather/ledger'
import { LIMITS } from '@gather/platform'

/** From this time of change on, rows may have come late since a success; older ones were visible then, if they were there. */
export function lateSince({ answeredAt }: RunRecord): string {
  if (answeredAt === null) return ''
  return new Date(Date.parse(toIsoTime(answeredAt)) - LIMITS.lateRowMs).toISOString()
}
