import { emptyArena } from '../arena.ts'
import { formatNumber } from '../report/format-number.ts'
import { digestTable } from '../yardsticks/published-table.ts'
import type { Yardstick, YardstickSetup } from '../yardsticks/yardstick.ts'

/**
 * Has each yardstick that loads all rows do so once, uncounted, and compares its table with the published one.
 * @returns what was proven, in a sentence; nothing where no yardstick loads all rows
 * @throws Error for a yardstick that loaded other rows
 */
export async function proveSameRows(
  { arena, topic }: Pick<YardstickSetup, 'arena' | 'topic'>,
  yardsticks: readonly Yardstick[],
): Promise<string[]> {
  const whole = yardsticks.filter(({ loadsAll }) => loadsAll)
  if (whole.length === 0) return []
  const published = await digestTable(arena.product, topic)
  for (const { name, load } of whole) {
    await load()
    const loaded = await digestTable(arena.yardstick, topic)
    if (JSON.stringify(loaded) !== JSON.stringify(published)) {
      throw new Error(
        `${name} stored ${JSON.stringify(loaded)}, but the product stored ${JSON.stringify(published)}`,
      )
    }
    await emptyArena(arena)
  }
  const names = ['product', ...whole.map(({ name }) => name)]
  return [
    `the same ${formatNumber(published.rowCount, 0)} rows by ${names.join(', ')}: digest ${published.digestSum} of each table`,
  ]
}
