/** Colours in the style sheet: `--chart-1` and on. */
export const COLOUR_COUNT = 8

/** Runs have the colours of their states on every page. */
const STATE_STYLES = new Map([
  ['succeeded', '--good'],
  ['failed', '--bad'],
  ['cancelled', '--soft'],
])

/**
 * The value of a custom property as light or dark has it now.
 * @param {string} name
 */
export const styleOf = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/**
 * @param {string} name of the series
 * @param {number} place of the series, from 0
 */
export const colourOf = (name, place) =>
  styleOf(STATE_STYLES.get(name) ?? `--chart-${(place % COLOUR_COUNT) + 1}`)
