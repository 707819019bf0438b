import { readTopicsDir } from '@gather/platform'
import { loadTopics, type Topic } from '@gather/topics'
import type { Command } from 'commander'
import { printJson, printLine, table } from '../output.ts'

export function addTopics(program: Command): void {
  program
    .command('topics')
    .description('list the topics: built-in ones and those of TOPICS_DIR')
    .option('--json', 'print one JSON document', false)
    .action((options: { json: boolean }) => {
      const topics = [...loadTopics(readTopicsDir()).values()]
      if (options.json) return printJson(topics.map((topic) => topic.definition))
      printLine(table([['TOPIC', 'DATA SET', 'TABLE', 'STRATEGY', 'COLUMNS'], ...topics.map(rowOf)]))
    })
}

const rowOf = (topic: Topic): string[] => [
  topic.name,
  `${topic.source.url}/d/${topic.source.dataset}`,
  topic.target.table,
  topic.incremental.strategy,
  String(topic.columns.length),
]
