import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawPaths, layOut, packCells, unpackCells } from '../src/assets/page-map-shape.js'

const cells = fc.string({ unit: fc.constantFrom('w', 'f', 'l', 'd', 'r', 'x'), maxLength: 400 })

/** The cells that paths of boxes cover, by letter. */
function cellsOf(paths: ReadonlyMap<string, string>, columns: number, count: number): string {
  const drawn = new Array<string>(count).fill('?')
  for (const [letter, path] of paths)
    for (const [, x, y, width, height] of path.matchAll(/M(\d+) (\d+)h(\d+)v(\d+)h-\d+z/g))
      for (let row = Number(y); row < Number(y) + Number(height); row += 1)
        for (let column = Number(x); column < Number(x) + Number(width); column += 1) {
          const index = row * columns + column
          expect(drawn[index], 'no cell is drawn twice, and none beyond the last').toBe('?')
          drawn[index] = letter
        }
  return drawn.join('')
}

describe('the page map', () => {
  test('is packed without loss', () => {
    expect(packCells('dddww')).toBe('d3w2')
    fc.assert(fc.property(cells, (text) => unpackCells(packCells(text)) === text))
  })

  test('draws each cell once, whatever the columns', () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 40 }), (text, columns) => {
        expect(cellsOf(drawPaths(text, columns), columns, text.length)).toBe(text)
      }),
    )
  })

  test('of a run that goes on in order takes few boxes, however many pages it has', () => {
    const path = drawPaths(`${'d'.repeat(60_000)}${'w'.repeat(40_000)}`, 300)
    expect([...path.values()].join('').length).toBeLessThan(100)
  })

  test.each([
    [1, 1_080],
    [60, 1_080],
    [10_000, 1_080],
    [10_000, 328],
    [100_000, 328],
  ])('fits %i cells into %i pixels', (count, widthPx) => {
    const { cellPx, columns, rows } = layOut(count, widthPx)
    expect(columns * cellPx).toBeLessThanOrEqual(widthPx)
    expect(columns * rows).toBeGreaterThanOrEqual(count)
    expect(cellPx).toBeGreaterThanOrEqual(3)
  })
})
