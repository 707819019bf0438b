/** Encoded bodies by key, the least recently used ones going first once `bytesMax` is passed. */
export interface BodyCache {
  /** The body under `key`, made if it is not there. */
  take(key: string, make: () => Promise<Buffer>): Promise<Buffer>
}

/**
 * Importers ask the same pages again and again (retries, second runs, benchmarks); a portal on the same two cores must
 * not cost more than they do.
 */
export function createBodyCache(bytesMax: number): BodyCache {
  const bodies = new Map<string, Buffer>()
  let bytes = 0
  return {
    take: async (key, make) => {
      const known = bodies.get(key)
      if (known !== undefined) {
        bodies.delete(key)
        bodies.set(key, known)
        return known
      }
      const body = await make()
      if (body.byteLength > bytesMax || bodies.has(key)) return body
      bodies.set(key, body)
      bytes += body.byteLength
      for (const [oldest, { byteLength }] of bodies) {
        if (bytes <= bytesMax) break
        bodies.delete(oldest)
        bytes -= byteLength
      }
      return body
    },
  }
}
