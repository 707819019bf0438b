import { BlockList, isIP } from 'node:net'

/** IPv4 ranges that are not the public internet (IANA special-purpose registry), and the metadata service of one cloud. */
const PRIVATE_V4 = [
  ['0.0.0.0', 8, 'this host'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'shared by a carrier'],
  ['127.0.0.0', 8, 'loopback'],
  ['168.63.129.16', 32, 'metadata service'],
  ['169.254.0.0', 16, 'link-local, metadata services'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'protocol assignments'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.88.99.0', 24, 'old 6to4 relays'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'benchmarks'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved, broadcast'],
] as const

/** Global unicast, and the two forms that carry an IPv4 address, which is then judged by the table above. */
const PUBLIC_V6 = [
  ['2000::', 3],
  ['64:ff9b::', 96],
  ['::ffff:0:0', 96],
] as const

/** Parts of global unicast that lead elsewhere: Teredo and its neighbours, documentation, 6to4. */
const PRIVATE_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

/** Makes the test whether an address, written as the resolver or a URL writes it, is one of the public internet. */
export function createPublicAddressTest(): (address: string) => boolean {
  const forbidden = new BlockList()
  for (const [net, bits] of PRIVATE_V4) {
    forbidden.addSubnet(net, bits, 'ipv4')
    forbidden.addSubnet(`::ffff:${net}`, 96 + bits, 'ipv6')
    forbidden.addSubnet(`64:ff9b::${net}`, 96 + bits, 'ipv6')
  }
  for (const [net, bits] of PRIVATE_V6) forbidden.addSubnet(net, bits, 'ipv6')
  const global = new BlockList()
  for (const [net, bits] of PUBLIC_V6) global.addSubnet(net, bits, 'ipv6')

  return (address) => {
    const family = isIP(address)
    if (family === 4) return !forbidden.check(address, 'ipv4')
    // A zone (`%eth0`) only goes with link-local addresses.
    if (family !== 6 || address.includes('%')) return false
    return global.check(address, 'ipv6') && !forbidden.check(address, 'ipv6')
  }
}
