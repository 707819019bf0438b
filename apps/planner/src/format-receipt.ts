import type { Receipt } from '@gather/runs'
import { count, duration } from './output.ts'

/** A receipt as a person reads it. */
export function formatReceipt(receipt: Receipt): string {
  const { counts, digest } = receipt
  const unknown = 'not reached'
  const lines: [string, string][] = [
    ['run', `${receipt.runId}  ${receipt.topic}  ${receipt.mode} (${receipt.strategy})`],
    ['state', receipt.reason ? `${receipt.state}: ${receipt.reason}` : receipt.state],
    ['rows', `${countOr(counts.source, unknown)} at the portal, ${countOr(counts.stored, unknown)} stored`],
    [
      'changes',
      `${count(counts.inserted)} inserted, ${count(counts.updated)} updated, ${count(counts.deleted)} deleted, ${count(counts.unchanged)} unchanged`,
    ],
    ['table', `${count(counts.before)} rows before, ${countOr(counts.after, unknown)} after`],
    ...compared(receipt),
    ['digest', counts.read === 0 && counts.stored !== null ? 'nothing was read' : digestLine(digest)],
    ['version', `${receipt.sourceVersion}, generation ${receipt.generation}`],
    [
      'work',
      `${count(counts.read)} rows read in ${count(receipt.pages)} pages, ${count(receipt.requests)} requests`,
    ],
    ['time', `${duration(receipt.durationMs)} (${receipt.startedAt} to ${receipt.finishedAt ?? 'now'})`],
  ]
  if (receipt.notProven) lines.push(['unproven', receipt.notProven])
  if (receipt.note) lines.push(['note', receipt.note])
  return lines.map(([name, text]) => `  ${name.padEnd(8)} ${text}`).join('\n')
}

function compared({ buckets }: Receipt): [string, string][] {
  if (buckets === undefined) return []
  const { compared, differing, rowIdsRead } = buckets
  return [
    [
      'compared',
      `${count(compared)} times of change, ${count(differing)} differ; ${count(rowIdsRead)} row ids read`,
    ],
  ]
}

const countOr = (value: number | null, otherwise: string): string =>
  value === null ? otherwise : count(value)

function digestLine({ source, stored }: Receipt['digest']): string {
  if (source === null || stored === null) return 'not reached'
  return source === stored ? `equal (${source})` : `source ${source}, stored ${stored}`
}
