import type { BytePlace } from './fault.ts'

/** How many bytes of a body of `length` come before the place: 0 at least, `length` at most. */
export function bytesBefore(place: BytePlace, length: number): number {
  if (typeof place === 'string')
    return Math.min(length, Math.floor((length * Number.parseFloat(place)) / 100))
  return place < 0 ? Math.max(0, length + place) : Math.min(length, place)
}
