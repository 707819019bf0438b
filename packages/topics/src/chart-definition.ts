import { z } from 'zod'

const resultName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'must be letters, digits and _, beginning with a letter')
  .max(64, 'must have at most 64 characters')

/** One chart of a topic: what is counted along which axis. Its SQL is made from these names alone. */
export const chartDefinitionSchema = z.strictObject({
  title: z.string().trim().min(1, 'must not be empty').max(100, 'must have at most 100 characters'),
  kind: z
    .enum(['stacked_bar', 'bar'])
    .default('stacked_bar')
    .describe('Bars on top of each other or beside.'),
  procedure: resultName
    .optional()
    .describe(
      'A procedure without arguments in the same database, which only reads; x, series and value then name columns of its result.',
    ),
  x: resultName.describe('The column along the axis.'),
  by: z.enum(['year', 'month', 'day']).optional().describe('What a date or datetime in x is cut down to.'),
  series: resultName.optional().describe('The column of which every value has bars of its own.'),
  value: resultName.optional().describe('The column that is added up; rows are counted without it.'),
})

export const chartsDefinitionSchema = z
  .array(chartDefinitionSchema)
  .max(12, 'must be at most 12')
  .default([])
  .describe('Charts on the page of the topic; no import depends on them.')

/** A chart as a topic file declares it. */
export type TopicChart = z.output<typeof chartDefinitionSchema>
