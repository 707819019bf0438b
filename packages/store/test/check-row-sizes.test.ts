import { describe, expect, it } from 'vitest'
import { checkRowSizes } from '../src/check-row-sizes.ts'
import { pageOfRows } from './page-fields.ts'

const page = (text: string) => pageOfRows([['1', text, 'row-7', null]])

describe('a row larger than the server takes at once', () => {
  it('is refused with its id and the mend', () => {
    expect(() => checkRowSizes(page('x'.repeat(600)), 700, 1_000)).toThrow(
      /^row row-7 takes \d+ bytes, and the database takes 1000 at once \(raise max_allowed_packet/,
    )
  })

  it('is counted in bytes, not characters', () => {
    expect(() => checkRowSizes(page('é'.repeat(300)), 700, 1_000)).toThrow('row-7')
  })

  it('is not looked for where the whole page is small, and a row that fits is taken', () => {
    expect(() => checkRowSizes(page('x'.repeat(600)), 400, 1_000)).not.toThrow()
    expect(() => checkRowSizes(page('x'.repeat(100)), 700, 1_000)).not.toThrow()
  })
})
