import type { Reading } from '@gather/platform'
import { isFault } from '@gather/platform'
import { loadTopics, type Topic } from '@gather/topics'

/** The topics of the files that this process can read, as they are now. */
export function readTopicFiles(topicsDir: string | undefined): Reading<ReadonlyMap<string, Topic>> {
  try {
    return { ok: true, value: loadTopics(topicsDir) }
  } catch (error) {
    if (isFault(error)) return { ok: false, problem: error.message }
    throw error
  }
}
