import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { createPublicAddressTest } from './public-address.ts'

/** The `code` of the error with which a guarded lookup ends when a name leads to an address that is not public. */
export const REFUSED_ADDRESS = 'GATHER_REFUSED_ADDRESS'

/** Resolves a name to all its addresses. */
export type ResolveAll = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * A `lookup` for sockets that fails unless every address of the name is public. It runs at connect time and hands the very
 * addresses it judged to the socket, so a name that resolves differently a moment later gains nothing.
 */
export function createGuardedLookup(resolve: ResolveAll = systemLookup): LookupFunction {
  const isPublic = createPublicAddressTest()
  return (hostname, options, callback) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      if (error) return callback(error, [])
      const refused = addresses.find(({ address }) => !isPublic(address))
      if (refused) return callback(refuseAddress(refused.address), [])
      const [first] = addresses
      if (options.all || !first) return callback(null, addresses)
      return callback(null, first.address, first.family)
    })
  }
}

function refuseAddress(address: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`the name leads to ${address}, which is not a public address`), {
    code: REFUSED_ADDRESS,
  })
}
