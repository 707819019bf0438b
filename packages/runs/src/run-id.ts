import { randomInt } from 'node:crypto'

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/**
 * A new run id: the time to the second, so that ids sort by age and tell it, and four random letters, so that two
 * databases that share a Redis never share a job id. Sixteen characters `[a-z0-9]`.
 */
export function createRunId(now: Date = new Date()): string {
  const time = now.toISOString().replace(/\D/g, '').slice(2, 14)
  const random = Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  return `${time}${random}`
}
