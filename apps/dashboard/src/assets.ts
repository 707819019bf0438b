import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A file that pages refer to. */
export interface Asset {
  readonly type: string
  readonly text: string
  /** Path with a mark of the content, so that browsers may keep it for good. */
  readonly url: string
}

const ASSETS = [
  { name: 'style.css', files: ['base.css', 'tables.css'], type: 'text/css; charset=utf-8' },
  { name: 'icon.svg', files: ['icon.svg'], type: 'image/svg+xml; charset=utf-8' },
] as const

/** What pages refer to, by name: each the files of `src/assets` it is made of, one after the other. */
export function readAssets(): ReadonlyMap<string, Asset> {
  return new Map(
    ASSETS.map(({ name, files, type }) => {
      const text = files
        .map((file) => readFileSync(new URL(`./assets/${file}`, import.meta.url), 'utf8'))
        .join('\n')
      const mark = createHash('sha256').update(text).digest('hex').slice(0, 12)
      return [name, { type, text, url: `/assets/${name}?v=${mark}` }]
    }),
  )
}
