const COUNT_JSON = /^\[\{("[^"]+"):"(\d+)"\}\]\s*$/

/** The body of a count query with another count, never below 0; other bodies as they are. */
export function miscount(body: Buffer, by: number): Buffer {
  const [, key, digits] = COUNT_JSON.exec(body.toString()) ?? []
  if (key === undefined) return body
  return Buffer.from(`[{${key}:"${Math.max(0, Number(digits) + by)}"}]\n`)
}
