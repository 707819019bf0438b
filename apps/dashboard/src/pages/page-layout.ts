import type { ServiceHealth } from '@gather/runs'
import { BOARD_PATH } from '../access/security-headers.ts'
import type { Asset } from '../assets.ts'
import { type Html, html } from './html.ts'
import { livePart } from './live-part.ts'
import { serviceLine, serviceProblems } from './service-line.ts'

export interface Page {
  readonly title: string
  readonly assets: ReadonlyMap<string, Asset>
  /** Undefined on pages that ask no service. */
  readonly health?: ServiceHealth | undefined
  /** Seconds after which a browser without scripts asks again; 0 never. */
  readonly refreshSeconds?: number | undefined
  /** Assets that make the page move; it reads well without them. */
  readonly scripts?: readonly string[]
  /** Everything below the services' problems; holds the page's one `h1`. */
  readonly content: Html
}

const assetUrl = (page: Page, name: string): string => page.assets.get(name)?.url ?? ''

/** A whole page of ours: one style sheet, scripts that are files of ours, nothing from another host. */
export function pageLayout(page: Page): Html {
  const { title, health, refreshSeconds = 0, scripts = [], content } = page
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${refreshSeconds > 0 && html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}"></noscript>`}
<title>${title} - gather-and-store</title>
<link rel="icon" href="${assetUrl(page, 'icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assetUrl(page, 'style.css')}">
${scripts.map((name) => html`<script type="module" src="${assetUrl(page, name)}"></script>`)}
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header class="top">
<a class="brand" href="/">gather-and-store</a>
<nav aria-label="Pages"><a href="/">Runs</a><a href="/topics">Topics</a><a href="${BOARD_PATH}/">Queues</a><a href="/metrics">Metrics</a></nav>
${health && servicesPart(health)}
</header>
<main id="main">
${health && problemsPart(health)}
${content}
</main>
</body>
</html>
`
}

/** The state of the services, which every page with one shows, and which is live where the page is. */
export const servicesPart = (health: ServiceHealth): Html => livePart('services', serviceLine(health))

export const problemsPart = (health: ServiceHealth): Html => livePart('problems', serviceProblems(health))
