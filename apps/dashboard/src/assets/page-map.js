/** The page map: fits its cells to the width there is, draws what the stream tells, shows the page that is chosen. */
import { drawPaths, layOut, unpackCells } from './page-map-shape.js'

const SVG = 'http://www.w3.org/2000/svg'
/** Held arrow keys pass many pages: only one that is stayed at is asked for. */
const SETTLE_MS = 120

const box = document.querySelector('[data-map]')
const picture = box?.querySelector('svg')
if (box instanceof HTMLElement && picture) startMap(box, picture)

/**
 * @param {HTMLElement} box
 * @param {SVGSVGElement} picture
 */
function startMap(box, picture) {
  const cursor = document.createElementNS(SVG, 'rect')
  cursor.setAttribute('class', 'cursor')
  picture.append(cursor)
  const map = { cells: unpackCells(box.dataset.cells ?? ''), columns: 1, chosen: -1 }
  const draw = () => {
    map.columns = drawMap(picture, map.cells, box.clientWidth)
    placeCursor(cursor, map)
  }
  const showDetail = createDetail(box.dataset.pages ?? '')
  /** @param {number} pageNo */
  const choose = (pageNo) => {
    if (map.cells === '') return
    map.chosen = Math.min(map.cells.length - 1, Math.max(0, pageNo))
    placeCursor(cursor, map)
    showDetail(map.chosen)
  }

  box.tabIndex = 0
  box.setAttribute('role', 'application')
  box.setAttribute('aria-label', 'Page map: arrow keys choose a page')
  for (const hint of document.querySelectorAll('[data-map-hint]')) hint.removeAttribute('hidden')
  picture.addEventListener('click', (event) => choose(cellAt(picture, map.columns, event)))
  box.addEventListener('keydown', (event) => {
    const next = nextCell(map, event)
    if (next === undefined) return
    event.preventDefault()
    choose(next)
  })
  document.addEventListener('live:texts', (event) => {
    const packed = event instanceof CustomEvent ? event.detail.cells : undefined
    if (typeof packed !== 'string') return
    const letter = map.cells[map.chosen]
    map.cells = unpackCells(packed)
    const section = box.closest('section')
    if (section !== null) section.hidden = map.cells === ''
    draw()
    if (map.chosen >= 0 && map.cells[map.chosen] !== letter) showDetail(map.chosen)
  })
  new ResizeObserver(draw).observe(box)
}

/**
 * Draws the cells for a width.
 * @param {SVGSVGElement} picture
 * @param {string} cells
 * @param {number} widthPx
 * @returns {number} cells in a row
 */
function drawMap(picture, cells, widthPx) {
  const { cellPx, columns, rows } = layOut(cells.length, widthPx)
  const paths = drawPaths(cells, columns)
  picture.setAttribute('viewBox', `0 0 ${columns} ${rows}`)
  picture.setAttribute('width', String(columns * cellPx))
  for (const path of picture.querySelectorAll('[data-letter]'))
    path.setAttribute('d', paths.get(path.getAttribute('data-letter') ?? '') ?? '')
  const grid = picture.querySelector('.cell-grid')
  grid?.setAttribute('width', String(columns))
  grid?.setAttribute('height', String(rows))
  return columns
}

/**
 * @param {SVGRectElement} cursor
 * @param {{ columns: number, chosen: number }} map
 */
function placeCursor(cursor, { columns, chosen }) {
  const isShown = chosen >= 0
  cursor.setAttribute('width', isShown ? '1' : '0')
  cursor.setAttribute('height', isShown ? '1' : '0')
  cursor.setAttribute('x', String(isShown ? chosen % columns : 0))
  cursor.setAttribute('y', String(isShown ? Math.floor(chosen / columns) : 0))
}

/**
 * @param {SVGSVGElement} picture
 * @param {number} columns
 * @param {MouseEvent} event
 */
function cellAt(picture, columns, { clientX, clientY }) {
  const { left, top, width } = picture.getBoundingClientRect()
  const sizePx = width / columns
  return Math.floor((clientY - top) / sizePx) * columns + Math.floor((clientX - left) / sizePx)
}

/**
 * The cell that a key leads to; undefined where it leads nowhere.
 * @param {{ cells: string, columns: number, chosen: number }} map
 * @param {KeyboardEvent} event
 * @returns {number | undefined}
 */
function nextCell({ cells, columns, chosen }, { key, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return undefined
  if (key === 'Home') return 0
  if (key === 'End') return cells.length - 1
  if (key === 'f' || key === 'F') {
    const next = cells.indexOf('x', chosen + 1)
    return next >= 0 ? next : Math.max(chosen, cells.indexOf('x'))
  }
  const step = new Map([
    ['ArrowLeft', -1],
    ['ArrowRight', 1],
    ['ArrowUp', -columns],
    ['ArrowDown', columns],
  ]).get(key)
  if (step === undefined) return undefined
  if (chosen < 0) return 0
  const next = chosen + step
  return next < 0 || next >= cells.length ? chosen : next
}

/**
 * Shows the page that was asked for last.
 * @param {string} url - below which the pages are
 */
function createDetail(url) {
  const place = document.querySelector('[data-map-detail]')
  let asked = new AbortController()
  /** @param {number} pageNo */
  return (pageNo) => {
    asked.abort()
    asked = new AbortController()
    const { signal } = asked
    setTimeout(async () => {
      if (signal.aborted || place === null) return
      try {
        const answer = await fetch(`${url}/${pageNo}?part`, { signal })
        const markup = answer.ok ? await answer.text() : undefined
        if (markup === undefined) place.textContent = `Page ${pageNo} can't be read now.`
        else if (!signal.aborted)
          place.replaceChildren(...new DOMParser().parseFromString(markup, 'text/html').body.childNodes)
      } catch {
        if (!signal.aborted) place.textContent = `Page ${pageNo} can't be read now.`
      }
    }, SETTLE_MS)
  }
}
