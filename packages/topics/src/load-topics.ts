import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '@gather/platform'
import { parse } from 'yaml'
import { invalidTopic, parseTopic, type Topic } from './topic.ts'

const BUILT_IN_DIR = fileURLToPath(new URL('../definitions', import.meta.url))

/**
 * All topics by name: the built-in ones, and those of `topicsDir`, which replace built-in ones of the same name.
 * Reads `*.yaml` and `*.yml`.
 * @throws Fault `TOPIC_INVALID` or `TOPICS_DIR_UNREADABLE` (terminal)
 */
export function loadTopics(topicsDir?: string): ReadonlyMap<string, Topic> {
  const topics = new Map(readFolder(BUILT_IN_DIR))
  if (topicsDir !== undefined) for (const [name, topic] of readFolder(topicsDir)) topics.set(name, topic)
  return topics
}

/**
 * The topic called `name`.
 * @throws Fault `TOPIC_UNKNOWN` (terminal): names the topics there are
 */
export function loadTopic(name: string, topicsDir?: string): Topic {
  const topics = loadTopics(topicsDir)
  const topic = topics.get(name)
  if (topic !== undefined) return topic
  throw new Fault({
    code: 'TOPIC_UNKNOWN',
    kind: 'terminal',
    message: `there is no topic "${name}"; topics are ${[...topics.keys()].sort().join(', ')} (TOPICS_DIR adds a folder of your own)`,
  })
}

function readFolder(folder: string): Map<string, Topic> {
  const topics = new Map<string, Topic>()
  for (const file of listFiles(folder)) {
    const path = join(folder, file)
    const topic = readTopicFile(path)
    if (topics.has(topic.name))
      throw invalidTopic(path, [`topic: "${topic.name}" is defined twice in this folder`])
    topics.set(topic.name, topic)
  }
  return topics
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /\.ya?ml$/.test(file))
      .sort()
  } catch (cause) {
    const message = `TOPICS_DIR: the folder "${folder}" can't be read`
    throw new Fault({ code: 'TOPICS_DIR_UNREADABLE', kind: 'terminal', message, cause })
  }
}

function readTopicFile(path: string): Topic {
  let content: unknown
  try {
    content = parse(readFileSync(path, 'utf8'), { stringKeys: true })
  } catch (cause) {
    throw invalidTopic(
      path,
      [cause instanceof Error ? (cause.message.split('\n')[0] ?? 'not YAML') : 'not YAML'],
      cause,
    )
  }
  return parseTopic(content, path)
}
