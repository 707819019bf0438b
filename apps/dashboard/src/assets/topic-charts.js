/**
 * Draws a chart above every table that asks for one by `data-chart`. The table is where the figures come from, so that the
 * two can't differ, and without this script it tells the same.
 */
import { colourOf, styleOf } from './chart-colours.js'
import { readFigures } from './chart-figures.js'

/** @typedef {import('chart.js').Chart} Chart */
/** @typedef {import('chart.js').ChartConfiguration} ChartConfiguration */

/** chart.js, which the page loads before this file. */
const { Chart } = /** @type {{Chart: typeof import('chart.js').Chart}} */ (
  /** @type {unknown} */ (globalThis)
)

const LOOK_AGAIN_MS = 2_000

/**
 * @param {HTMLTableElement} table
 * @returns {Chart}
 */
function drawChart(table) {
  const title = table.dataset.title ?? ''
  const plot = document.createElement('div')
  plot.className = 'plot'
  const canvas = document.createElement('canvas')
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', `Chart: ${title}. The table below has the same figures.`)
  plot.append(canvas)
  table.parentElement?.before(plot)
  return new Chart(canvas, configurationOf(table))
}

/**
 * @param {HTMLTableElement} table
 * @returns {ChartConfiguration}
 */
function configurationOf(table) {
  const { labels, series } = readFigures(table)
  const isLine = table.dataset.chart === 'line'
  const stacked = table.dataset.chart === 'stacked_bar'
  const datasets = series.map(({ name, values }, place) => ({
    label: name,
    data: values,
    ...paintOf(name, place, isLine),
  }))
  return {
    type: isLine ? 'line' : 'bar',
    data: { labels, datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      scales: { x: axis({ stacked }), y: axis({ stacked, beginAtZero: !isLine }) },
      plugins: { legend: { display: series.length > 1, labels: { color: styleOf('--ink'), boxWidth: 12 } } },
    },
  }
}

/** @param {{stacked: boolean, beginAtZero?: boolean}} options */
const axis = (options) => ({
  ...options,
  ticks: { color: styleOf('--soft'), maxRotation: 60, autoSkipPadding: 8 },
  grid: { color: styleOf('--line') },
  border: { color: styleOf('--line') },
})

/**
 * @param {string} name
 * @param {number} place
 * @param {boolean} isLine
 */
function paintOf(name, place, isLine) {
  const colour = colourOf(name, place)
  return isLine
    ? { borderColor: colour, backgroundColor: colour, borderWidth: 2, pointRadius: 3, stepped: true }
    : { backgroundColor: colour, borderColor: styleOf('--sheet'), borderWidth: 1, maxBarThickness: 48 }
}

const drawn = [...document.querySelectorAll('table[data-chart]')]
  .filter((table) => table instanceof HTMLTableElement)
  .map((table) => ({ table, chart: drawChart(table) }))

/** Colours are the style sheet's, which knows light and dark: a canvas has to be told. */
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const { table, chart } of drawn) {
    const { data, options } = configurationOf(table)
    chart.data = data
    chart.options = options ?? {}
    chart.update('none')
  }
})

if (document.querySelector('[data-counting]')) {
  const timer = setTimeout(() => location.reload(), LOOK_AGAIN_MS)
  // A reload would break off what a form has asked for, and clear what somebody has ticked in one.
  for (const event of ['input', 'submit']) document.addEventListener(event, () => clearTimeout(timer))
}
