/** Which hosts may be asked for files. Pure: numbers and names alone, no look-up. */
import { BlockList, isIP, isIPv6 } from 'node:net'

/** Addresses that lead back into one's own machine or network, or nowhere. */
const V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

const V6 = [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const

/** Prefixes after which an address of version 4 follows, in the last 32 bits or (6to4) after the first 16. */
const CARRIERS = [
  ['::ffff:0:0', 96],
  ['::', 96],
  ['64:ff9b::', 96],
] as const

function blockList(v4: readonly (readonly [string, number])[], v6: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [net, bits] of v4) list.addSubnet(net, bits, 'ipv4')
  for (const [net, bits] of v6) list.addSubnet(net, bits, 'ipv6')
  return list
}

const PRIVATE_V4 = blockList(V4, [])
const PRIVATE_V6 = blockList([], V6)
const CARRYING = blockList([], CARRIERS)
const SIX_TO_FOUR = blockList([], [['2002::', 16]])

/** The eight groups of an address of version 6. */
function groups(address: string): number[] {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const hex = (x: string, y: string) => (Number(x) * 256 + Number(y)).toString(16)
    return `${hex(a, b)}:${hex(c, d)}`
  })
  const [head, tail] = plain.split('::').map((part) => (part === '' ? [] : part.split(':')))
  const all = tail === undefined ? head : [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail]
  return all.map((group) => Number.parseInt(group, 16))
}

const dotted = (high: number, low: number) => [high >> 8, high & 255, low >> 8, low & 255].join('.')

/** Whether a numeric address is none of the public internet. Anything that is no address counts as private. */
export function isPrivate(address: string): boolean {
  const plain = address.replace(/%.*$/, '')
  if (isIP(plain) === 4) return PRIVATE_V4.check(plain, 'ipv4')
  if (!isIPv6(plain)) return true
  if (PRIVATE_V6.check(plain, 'ipv6')) return true
  const g = groups(plain)
  if (CARRYING.check(plain, 'ipv6')) return isPrivate(dotted(g[6], g[7]))
  return SIX_TO_FOUR.check(plain, 'ipv6') && isPrivate(dotted(g[1], g[2]))
}

/** Whether a host is among those that a store allows: `img.lan`, `img.lan:8080`, `*.lan`, `10.0.0.7`, `[::1]`. */
export function isAllowed(url: URL, allowed: readonly string[]): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const host = url.hostname.toLowerCase()
  return allowed.some((entry) => {
    const match = /^(\[[^\]]+\]|[^:[\]]+|[0-9a-f:]+)(?::(\d+))?$/i.exec(entry.toLowerCase())
    if (match === null || (match[2] !== undefined && match[2] !== port)) return false
    const name = match[1].includes(':') && !match[1].startsWith('[') ? `[${match[1]}]` : match[1]
    return name.startsWith('*.') ? host.endsWith(name.slice(1)) : name === host
  })
}
