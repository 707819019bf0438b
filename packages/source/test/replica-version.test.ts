import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeDataVersion, readReplicaVersion } from '../src/replica-version.ts'
import { makeTag, TIME } from './scripted-portal.ts'

const HASH = 'A1b2C3d4E5f6G7h8I9j0K-l_M1n'
const OTHER_TIME = 'Thu, 16 Jul 2026 17:40:23 GMT'
const URL_ASKED = new URL('https://x.org/resource/abcd-1234.json')

const read = (outOfDate?: string, truth?: string, secondary?: string, etag?: string) =>
  readReplicaVersion(URL_ASKED, {
    ...(outOfDate && { 'x-soda2-data-out-of-date': outOfDate }),
    ...(truth && { 'x-soda2-truth-last-modified': truth }),
    ...(secondary && { 'x-soda2-secondary-last-modified': secondary }),
    ...(etag && { etag }),
  })

describe('the version of a replica', () => {
  it('is its time where truth and replica agree', () => {
    expect(read('false', TIME, TIME)).toEqual({ kind: 'replica', value: '2026-07-16T17:40:22.000Z' })
  })

  it('carries copy and data version where the ETag tells them', () => {
    const tag = makeTag(`alpha.40051_2_2936${HASH}`)
    expect(read('false', TIME, TIME, tag)?.value).toBe('2026-07-16T17:40:22.000Z#2.2936')
  })

  it('is the time alone where the ETag is of another make', () => {
    expect(read('false', TIME, TIME, '"33a64df5"')?.value).toBe('2026-07-16T17:40:22.000Z')
  })

  it.each([
    ['no header at all', undefined, undefined, undefined],
    ['the times are missing', 'false', undefined, undefined],
    ["the replica's time is missing", 'false', TIME, undefined],
    ["the truth's time is missing", 'false', undefined, TIME],
    ['nothing says that it is not out of date', undefined, TIME, TIME],
    ['the word is another', 'perhaps', TIME, TIME],
    ['a time is none', 'false', 'yesterday 5', 'yesterday 5'],
  ])('is unknown where %s', (_case, outOfDate, truth, secondary) => {
    expect(read(outOfDate, truth, secondary)).toBeUndefined()
  })

  it.each([
    ['says it is out of date', 'true', TIME, TIME],
    ['says it is out of date and nothing else', 'true', undefined, undefined],
    ['is behind the truth', 'false', OTHER_TIME, TIME],
    ['is ahead of the truth', 'false', TIME, OTHER_TIME],
  ])('is a transient fault where the replica %s', (_case, outOfDate, truth, secondary) => {
    const expected = { code: 'SOURCE_STALE_REPLICA', kind: 'transient', retryAfterMs: 5_000 }
    expect(() => read(outOfDate, truth, secondary)).toThrow(expect.objectContaining(expected))
  })
})

describe('the data version in an ETag', () => {
  it.each(['-AbC_dEf-Gh--gzip--gzip', '---gziAbC-dEf--gzip', '--gziuAb-C---gzip', '-x', ''])(
    'is found in front of %j',
    (tail) => {
      expect(decodeDataVersion(makeTag(`alpha.7_1_229${HASH}`, tail))).toBe('1.229')
      expect(decodeDataVersion(makeTag(`alpha.7_1_229${HASH}`, tail).slice(2))).toBe('1.229')
    },
  )

  it('is the same whatever the hash begins with, digits included', () => {
    const hash = fc.string({
      unit: fc.constantFrom(...'ABCxyz0123456789-_'),
      minLength: 27,
      maxLength: 27,
    })
    const tail = fc
      .string({ unit: fc.constantFrom(...'ABCxyz019-_'), maxLength: 40 })
      .map((text) => `-${text}`)
    fc.assert(
      fc.property(hash, tail, fc.nat(), fc.nat(), (hashText, tailText, copy, version) => {
        const tag = makeTag(`be~ta.33~414_${copy}_${version}${hashText}`, tailText)
        expect(decodeDataVersion(tag)).toBe(`${copy}.${version}`)
      }),
    )
  })

  it.each([
    undefined,
    '',
    '""',
    '"-"',
    'W/"---"',
    makeTag(`alpha.7_1_229${HASH}`).slice(0, -1),
    makeTag(`alpha.7_1_${HASH}`),
    makeTag(`alpha.7_229${HASH}`),
    makeTag('alpha.7_1_229'),
    makeTag(`alpha 7_1_229${HASH}`),
    `"${'A'.repeat(10_000)}"`,
    `"${'-'.repeat(10_000)}"`,
  ])('is not seen in %j', (etag) => {
    expect(decodeDataVersion(etag)).toBeUndefined()
  })
})
