import type { TopicChart } from './chart-definition.ts'
import { type ColumnType, parseColumnType } from './column-type.ts'
import type { ParsedDefinition } from './topic-definition.ts'

type Columns = ParsedDefinition['columns']
type Kind = ColumnType['kind']

/** What a column of a place in a chart may be. */
interface Wanted {
  readonly kinds: readonly Kind[]
  readonly words: string
}

const DAY: Wanted = { kinds: ['date', 'datetime'], words: 'a date or datetime' }
const NUMBER: Wanted = { kinds: ['int', 'bigint', 'decimal', 'double'], words: 'a number' }
const LABEL: Wanted = {
  kinds: ['varchar', 'boolean', 'date', ...NUMBER.kinds],
  words: 'a varchar, number, boolean or date',
}
const LABEL_OR_CUT: Wanted = { ...LABEL, words: `${LABEL.words}, or a datetime with by: year, month or day` }

/** What the schema of a single chart can't see: columns that are not there or that can't be grouped or added up. */
export function checkCharts({ charts, columns }: ParsedDefinition): string[] {
  return charts.flatMap((chart, index) => {
    const mistakes = chart.procedure === undefined ? checkGroups(chart, columns) : checkProcedure(chart)
    return mistakes.map((mistake) => `charts.${index}.${mistake}`)
  })
}

function checkProcedure({ by, value }: TopicChart): string[] {
  return [
    ...(by === undefined ? [] : ['by: goes with columns of the table, not with a procedure']),
    ...(value === undefined ? ["value: name the column of the procedure's result"] : []),
  ]
}

function checkGroups(chart: TopicChart, columns: Columns): string[] {
  const wanted = { x: chart.by === undefined ? LABEL_OR_CUT : DAY, series: LABEL, value: NUMBER }
  return (['x', 'series', 'value'] as const).flatMap((place) => {
    const name = chart[place]
    const mistake = name === undefined ? undefined : findMistake(columns, name, wanted[place])
    return mistake === undefined ? [] : [`${place}: ${mistake}`]
  })
}

function findMistake(columns: Columns, name: string, wanted: Wanted): string | undefined {
  if (!Object.hasOwn(columns, name))
    return `there is no column ${name}; columns are ${Object.keys(columns).join(', ')}`
  const kind = parseColumnType(columns[name]?.type ?? '')?.kind
  return kind === undefined || wanted.kinds.includes(kind)
    ? undefined
    : `${name} is ${kind}; it must be ${wanted.words}`
}
