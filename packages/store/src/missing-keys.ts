import type { Topic } from '@gather/topics'
import { keyColumnsText, keyName } from './table-definition.ts'
import { ROW_ID_KEY, topicKeys } from './table-sql.ts'

/**
 * The keys that staging still needs: the unique one on the row id, all that the present target carries, and those of the
 * topic on columns that none of these covers, under another name where a hand-made key has taken theirs.
 */
export function missingKeys(
  topic: Topic,
  targetKeys: readonly string[],
  presentKeys: readonly string[],
): string[] {
  const covered = new Set(presentKeys.map(keyColumnsText))
  const missing: string[] = []
  const addUnlessCovered = (key: string) => {
    if (covered.has(keyColumnsText(key))) return
    covered.add(keyColumnsText(key))
    missing.push(key)
  }
  addUnlessCovered(ROW_ID_KEY)
  for (const key of targetKeys) {
    if (keyColumnsText(key) === keyColumnsText(ROW_ID_KEY) || presentKeys.includes(key)) continue
    covered.add(keyColumnsText(key))
    missing.push(key)
  }
  for (const key of topicKeys(topic)) addUnlessCovered(renameTaken(key, [...presentKeys, ...missing]))
  return missing
}

function renameTaken(key: string, others: readonly string[]): string {
  const taken = new Set(others.map((other) => keyName(other).toLowerCase()))
  const wanted = keyName(key)
  let name = wanted
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${wanted.slice(0, 60)}_${number}`
  return key.replace(`\`${wanted}\``, `\`${name}\``)
}
