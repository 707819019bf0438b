import { PET_LICENSE_DATASET_ID, petLicenseDataset, startSamplePortal } from '@gather/sample-portal'

/** What the sample portal answers about a data set of the same columns and size, asked once. */
export interface PortalFront {
  /** Body of `/api/views/<id>.json`. */
  readonly view: Buffer
  readonly viewHeaders: Readonly<Record<string, string>>
  /** Headers of an answer with rows, the version among them. */
  readonly rowHeaders: Readonly<Record<string, string>>
}

/** Made anew for each answer. */
const OWN_HEADERS = [
  'date',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-encoding',
  'content-length',
  'vary',
]

/** Asks a sample portal of this process, which ends with that. */
export async function askSamplePortal(rowCount: number): Promise<PortalFront> {
  const portal = await startSamplePortal({ datasets: [petLicenseDataset({ rowCount })] })
  try {
    const view = await fetch(`${portal.url}/api/views/${PET_LICENSE_DATASET_ID}.json`)
    const row = await fetch(`${portal.url}/resource/${PET_LICENSE_DATASET_ID}.json?$limit=1`)
    await row.arrayBuffer()
    return {
      view: Buffer.from(await view.arrayBuffer()),
      viewHeaders: keptHeaders(view),
      rowHeaders: keptHeaders(row),
    }
  } finally {
    await portal.close()
  }
}

const keptHeaders = (response: Response): Record<string, string> =>
  Object.fromEntries([...response.headers].filter(([name]) => !OWN_HEADERS.includes(name)))
