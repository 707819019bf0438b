import { parseTopic, type Topic } from '@gather/topics'

type ColumnDefinition = { readonly from?: string; readonly type: string; readonly null?: boolean }

/** A topic `things` whose columns have the names of the portal's fields. Stands here so that unit tests load no services. */
export function topicOf(
  columns: Readonly<Record<string, ColumnDefinition>>,
  more: Readonly<Record<string, unknown>> = {},
): Topic {
  const named = Object.entries(columns).map(([name, column]) => [name, { from: name, ...column }])
  const definition = {
    topic: 'things',
    source: { kind: 'socrata', url: 'https://data.example.org', dataset: 'abcd-1234' },
    target: { store: 'mysql', table: 'things' },
    columns: Object.fromEntries(named),
    ...more,
  }
  return parseTopic(definition, 'test')
}
