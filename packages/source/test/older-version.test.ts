import { describe, expect, it } from 'vitest'
import { isOlderVersion } from '../src/index.ts'

const replica = (value: string) => ({ kind: 'replica', value }) as const
const TIME = '2026-07-16T17:40:22.000Z'
const LATER = '2026-07-16T17:40:23.000Z'

describe('a version', () => {
  it.each([
    [`${TIME}#1.9`, `${LATER}#1.10`],
    [`${TIME}#1.9`, `${TIME}#1.10`],
    [`${TIME}#1.229`, `${TIME}#2.1`],
    [`${TIME}#3.9`, `${LATER}#1.1`],
    [TIME, LATER],
    [TIME, `${LATER}#1.1`],
  ])('%s is older than %s', (older, newer) => {
    expect(isOlderVersion(replica(older), replica(newer))).toBe(true)
    expect(isOlderVersion(replica(newer), replica(older))).toBe(false)
  })

  it('is not older than itself, nor than one of the same time that tells less', () => {
    for (const [version, other] of [
      [TIME, TIME],
      [`${TIME}#1.9`, `${TIME}#1.9`],
      [TIME, `${TIME}#1.9`],
      [`${TIME}#1.9`, TIME],
    ] as const)
      expect(isOlderVersion(replica(version), replica(other))).toBe(false)
  })

  it('is never compared with one of another kind', () => {
    expect(isOlderVersion({ kind: 'metadata', value: TIME }, replica(LATER))).toBe(false)
  })
})
