import { describe, expect, it, vi } from 'vitest'
import { reportChanges } from '../src/report-changes.ts'
import { silentLog } from './own-queue.ts'

const REFUSED = new Error('connect ECONNREFUSED 127.0.0.1:6379')
const DENIED = new Error('WRONGPASS invalid username-password pair')

/** Levels and errors, in their order. */
const report = (...errors: Error[]) => {
  const log = silentLog.child({})
  const seen: unknown[] = []
  for (const level of ['warn', 'debug', 'error'] as const) {
    vi.spyOn(log, level).mockImplementation((fields: unknown) => void seen.push([level, fields]))
  }
  const reportError = reportChanges(log)
  for (const error of errors) reportError(error)
  return seen
}

describe('errors of the connection in the log', () => {
  it('are a warning once, not at every attempt', () => {
    expect(report(REFUSED, REFUSED, new Error(REFUSED.message))).toEqual([
      ['warn', { err: REFUSED }],
      ['debug', { err: REFUSED }],
      ['debug', { err: REFUSED }],
    ])
  })

  it('are a warning again when they are another one, or the first one again', () => {
    expect(report(REFUSED, DENIED, REFUSED)).toEqual([
      ['warn', { err: REFUSED }],
      ['warn', { err: DENIED }],
      ['warn', { err: REFUSED }],
    ])
  })
})
