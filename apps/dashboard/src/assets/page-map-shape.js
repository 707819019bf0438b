/**
 * The shape of the page map, drawn by the server at first and by the browser from then on: a text of one letter a page
 * becomes one SVG path a letter, in cells of 1 by 1.
 */

/** Cells are not drawn smaller or larger than this, in pixels. */
const CELL_PX_MIN = 3
const CELL_PX_MAX = 18
/** The map is about this high before its cells get too small. */
const HEIGHT_PX = 220

/**
 * `dddww` as `d3w2`.
 * @param {string} cells
 */
export const packCells = (cells) => cells.replace(/(.)\1*/g, (run, letter) => `${letter}${run.length}`)

/**
 * `d3w2` as `dddww`.
 * @param {string} packed
 */
export const unpackCells = (packed) =>
  packed.replace(/(\D)(\d+)/g, (_all, letter, count) => letter.repeat(Number(count)))

/**
 * How many cells stand in a row, and how large each is, on a width in pixels.
 * @param {number} cellCount
 * @param {number} widthPx
 */
export function layOut(cellCount, widthPx) {
  const fitting = Math.sqrt((widthPx * HEIGHT_PX) / Math.max(1, cellCount))
  const cellPx = Math.min(CELL_PX_MAX, Math.max(CELL_PX_MIN, Math.floor(fitting)))
  const columns = Math.max(1, Math.min(cellCount, Math.floor(widthPx / cellPx)))
  return { cellPx, columns, rows: Math.max(1, Math.ceil(cellCount / columns)) }
}

/**
 * One path a letter over all its cells. Neighbours of one letter are one rectangle, or three where they fill whole rows.
 * @param {string} cells
 * @param {number} columns
 * @returns {Map<string, string>}
 */
export function drawPaths(cells, columns) {
  /** @type {Map<string, string[]>} */
  const paths = new Map()
  let start = 0
  for (const [run = ''] of cells.matchAll(/(.)\1*/g)) {
    const letter = run.charAt(0)
    const path = paths.get(letter) ?? []
    path.push(...drawRun(start, start + run.length, columns))
    paths.set(letter, path)
    start += run.length
  }
  return new Map([...paths].map(([letter, parts]) => [letter, parts.join('')]))
}

/**
 * @param {number} start
 * @param {number} end
 * @param {number} columns
 * @returns {string[]}
 */
function drawRun(start, end, columns) {
  const [x, y] = [start % columns, Math.floor(start / columns)]
  const rest = columns - x
  if (end - start <= rest) return [drawBox(x, y, end - start, 1)]
  if (x > 0) return [drawBox(x, y, rest, 1), ...drawRun(start + rest, end, columns)]
  const rows = Math.floor((end - start) / columns)
  const tail = (end - start) % columns
  const whole = drawBox(0, y, columns, rows)
  return tail === 0 ? [whole] : [whole, drawBox(0, y + rows, tail, 1)]
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
const drawBox = (x, y, width, height) => `M${x} ${y}h${width}v${height}h${-width}z`
