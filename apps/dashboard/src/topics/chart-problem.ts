import { isFault } from '@gather/platform'
import type { Topic, TopicChart } from '@gather/topics'

/** Why a chart can't be shown, and what mends it, in a sentence or two. */
export function chartProblem(topic: Topic, chart: TopicChart, error: unknown): string {
  if (!isFault(error)) return 'It could not be counted; the log of the dashboard says why.'
  const { table } = topic.target
  const { procedure } = chart
  switch (error.code) {
    case 'DATABASE_TABLE_MISSING':
      return `The table ${table} is not there yet: the first import makes it (npx planner enqueue ${topic.name}).`
    case 'DATABASE_PROCEDURE_MISSING':
      return `The procedure ${procedure} is not there: "npx planner migrate" makes those of this project, one of your own you make by hand.`
    case 'DATABASE_ACCESS_DENIED':
      return procedure === undefined
        ? `The dashboard's database user may not read ${table}: it needs GRANT SELECT (see sql/users).`
        : `The dashboard's database user may not call ${procedure} or not read what it reads: it needs GRANT EXECUTE ON PROCEDURE ${procedure} and GRANT SELECT; "npx planner migrate" gives both to viewer.`
    default:
      return `It could not be counted: ${error.message}.`
  }
}

/** What to do about a table without rows. */
export const emptyTable = (topic: Topic): string =>
  `The table ${topic.target.table} has no rows yet: import some (npx planner enqueue ${topic.name}).`
