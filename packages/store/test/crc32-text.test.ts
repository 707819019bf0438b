import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Crc32Text } from '../src/crc32-text.ts'

const withLength = (text: string) => `${Buffer.byteLength(text)}:${text}`
const crcOf = (texts: readonly string[]): number => {
  const crc = new Crc32Text()
  for (const text of texts) crc.addWithLength(text)
  return crc.take()
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary-ascii' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary-ascii', minLength: 90, maxLength: 110 }),
  fc.string({ unit: 'binary', minLength: 30, maxLength: 60 }),
)
/** The first and the last character of two, three and four bytes, and some between. */
const BEYOND_ASCII = [
  ...['\x80', 'é', '\u07ff', '\u0800', '漢', '\ud7ff', '\ue000', '\ufeff', '\ufffd', '\uffff'],
  ...['\u{10000}', '😀', '\u{10ffff}'],
]

describe('CRC32 of texts', () => {
  it('is that of their bytes, each with its length before it', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 8 }), (texts) => {
        expect(crcOf(texts)).toBe(crc32(texts.map(withLength).join('')))
      }),
      { numRuns: 2_000, seed: 42 },
    )
  })

  it('takes plain texts of ASCII between them', () => {
    const anyPart = fc.oneof(
      anyText.map((text) => ({ text, isPlain: false })),
      fc.string({ unit: 'binary-ascii' }).map((text) => ({ text, isPlain: true })),
      fc.constant({ text: 'N', isPlain: true }),
    )
    fc.assert(
      fc.property(fc.array(anyPart, { maxLength: 8 }), (parts) => {
        const crc = new Crc32Text()
        for (const { text, isPlain } of parts) isPlain ? crc.add(text) : crc.addWithLength(text)
        const whole = parts.map(({ text, isPlain }) => (isPlain ? text : withLength(text))).join('')
        expect(crc.take()).toBe(crc32(whole))
      }),
      { numRuns: 1_000, seed: 42 },
    )
  })

  it('is right for every character of ASCII', () => {
    const all = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
    for (const mark of all) expect(crcOf([mark])).toBe(crc32(`1:${mark}`))
    expect(crcOf([all.join('')])).toBe(crc32(`128:${all.join('')}`))
  })

  it.each(BEYOND_ASCII)('is right for a text that is no ASCII from any place on: %j', (mark) => {
    for (let before = 0; before < 20; before++) {
      for (const after of ['', 'y', 'yyyyyyyyyy', mark]) {
        const text = `${'x'.repeat(before)}${mark}${after}`
        expect(crcOf([text])).toBe(crc32(withLength(text)))
        expect(crcOf(['one', text, 'two'])).toBe(crc32(`3:one${withLength(text)}3:two`))
        expect(crcOf([text, text])).toBe(crc32(withLength(text).repeat(2)))
      }
    }
  })

  it.each([9, 10, 99, 100, 999, 1_000, 100_000])('counts bytes, not characters: %i', (count) => {
    for (const text of ['x'.repeat(count), 'é'.repeat(count), `${'x'.repeat(count)}😀`])
      expect(crcOf([text])).toBe(crc32(withLength(text)))
  })

  it('begins anew once it was taken', () => {
    const crc = new Crc32Text()
    expect(crc.take()).toBe(0)
    for (const text of ['one', 'zwölf', 'one', '', '😀']) {
      crc.addWithLength(text)
      expect(crc.take()).toBe(crc32(withLength(text)))
    }
    expect(crc.take()).toBe(0)
  })

  it('is an unsigned number', () => {
    const sums = Array.from({ length: 100 }, (_, index) => crcOf([String(index)]))
    expect(Math.min(...sums)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...sums)).toBeGreaterThan(2 ** 31)
  })
})
