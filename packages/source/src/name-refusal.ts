import { Fault, isFault } from '@gather/platform'

const REFUSALS = ['SOURCE_QUERY_REFUSED', 'SOURCE_COLUMN_MISSING']

/**
 * Gives a refused query the name by which a caller knows that it must do without: these queries name nothing that is the topic's.
 * @throws Fault `SOURCE_GROUPING_REFUSED` (terminal) in the place of a refusal, any other as it is
 */
export async function nameRefusal<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query()
  } catch (error) {
    throw isFault(error) && REFUSALS.includes(error.code) ? groupingRefused(error) : error
  }
}

function groupingRefused(cause: Fault): Fault {
  const { host, status, portalCode } = cause.context
  const told = [status, portalCode].filter((part) => part !== undefined).join(' ')
  const message =
    `${host} does not list its rows by :updated_at and :id (${told}), so what changed can't be found; ` +
    'strategy: full reads everything instead'
  return new Fault({
    code: 'SOURCE_GROUPING_REFUSED',
    kind: 'terminal',
    message,
    context: cause.context,
    cause,
  })
}
