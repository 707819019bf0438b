import type { Services } from '@gather/runs'
import type { Refusals } from './refusals.ts'

/** What forms of ours work with, where they are switched on. */
export interface Actions {
  /** As the importer's database user, apart from those that pages read by. */
  readonly services: Services
  /** Who is logged in: the dashboard knows one user. */
  readonly user: string
  readonly refusals: Refusals
}
