import type { StreamHandler } from '../handler.ts'
import { createListingSource } from '../live/listing-source.ts'
import { readRunsQuery } from '../runs-query.ts'

/** `/events`: the list of runs as it changes, with the query of `/`. */
export const streamRuns: StreamHandler = async (context, request) =>
  createListingSource(context, readRunsQuery(request.query))
