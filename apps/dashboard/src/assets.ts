import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** A file that pages refer to. */
export interface Asset {
  readonly type: string
  readonly text: string
  /** Path with a mark of the content, so that browsers may keep it for good. */
  readonly url: string
}

/** The ready-made file of Chart.js, whose package names none but the ones for bundlers. */
const CHART_JS = new URL(
  'chart.umd.min.js',
  pathToFileURL(createRequire(import.meta.url).resolve('chart.js')),
).href

const SCRIPT = 'text/javascript; charset=utf-8'

/** A script that imports another one stands after it. */
const ASSETS = [
  {
    name: 'style.css',
    files: ['base.css', 'tables.css', 'live.css', 'charts.css', 'topics.css'],
    type: 'text/css; charset=utf-8',
  },
  { name: 'chart.js', files: [CHART_JS], type: SCRIPT },
  { name: 'chart-colours.js', files: ['chart-colours.js'], type: SCRIPT },
  { name: 'chart-figures.js', files: ['chart-figures.js'], type: SCRIPT },
  { name: 'topic-charts.js', files: ['topic-charts.js'], type: SCRIPT },
  { name: 'icon.svg', files: ['icon.svg'], type: 'image/svg+xml; charset=utf-8' },
  { name: 'page-map-shape.js', files: ['page-map-shape.js'], type: SCRIPT },
  { name: 'page-map.js', files: ['page-map.js'], type: SCRIPT },
  { name: 'live.js', files: ['live.js'], type: SCRIPT },
] as const

/** What pages refer to, by name: each the files of `src/assets` it is made of, one after the other. */
export function readAssets(): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>()
  for (const { name, files, type } of ASSETS) {
    const source = files
      .map((file) => readFileSync(new URL(file, new URL('./assets/', import.meta.url)), 'utf8'))
      .join('\n')
    const text = source.replace(OWN_IMPORT, (all, file: string) => {
      const url = assets.get(file)?.url
      return url === undefined ? all : `from '${url}'`
    })
    const mark = createHash('sha256').update(text).digest('hex').slice(0, 12)
    assets.set(name, { type, text, url: `/assets/${name}?v=${mark}` })
  }
  return assets
}

/** A script's import of another one gets the mark of its content, too. */
const OWN_IMPORT = /from '\.\/([\w-]+\.js)'/g
