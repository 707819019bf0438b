import { afterEach } from 'vitest'
import {
  combineFaults,
  parseFault,
  petLicenseDataset,
  type SamplePortal,
  type SamplePortalOptions,
  startSamplePortal,
} from '../src/index.ts'

const open = new Set<SamplePortal>()

afterEach(async () => {
  for (const portal of open) await portal.close()
  open.clear()
})

/** A portal that is closed when the test ends. */
export async function servePortal(options: SamplePortalOptions): Promise<SamplePortal> {
  const portal = await startSamplePortal(options)
  open.add(portal)
  return portal
}

/** A portal of 900 licences that is closed when the test ends, with these faults on. */
export async function serveFaults(
  texts: readonly string[],
  options: Partial<SamplePortalOptions> = {},
): Promise<SamplePortal> {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 900 })], ...options })
  portal.setFault(combineFaults(texts.map((text) => parseFault(text))))
  return portal
}

export interface Fetched {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** The answer to `GET path?parameters`, its body decoded. */
export async function fetchText(
  portal: SamplePortal,
  path: string,
  parameters: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Fetched> {
  const query = new URLSearchParams(parameters).toString()
  const response = await fetch(`${portal.url}${path}${query === '' ? '' : `?${query}`}`, { headers })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** The rows of `/resource/{id}.json`. */
export async function fetchRows(
  portal: SamplePortal,
  id: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>[]> {
  const { status, text } = await fetchText(portal, `/resource/${id}.json`, parameters)
  if (status !== 200) throw new Error(`${status}: ${text}`)
  return JSON.parse(text)
}
