/**
 * PostgreSQL's inet and cidr in wire form (`network_send`): family (2 = IPv4, 3 = IPv6), mask bits, is-cidr flag, number of address
 * bytes, address. The text is as PostgreSQL prints it (`pg_inet_net_ntop`): the longest run of zero groups is `::`, addresses that
 * embed an IPv4 one end in dots, a full mask is left out of inet.
 */
import { CellError, quoted } from './cell-error.ts'
import type { ByteWriter } from './writer.ts'

/** The bytes of a dotted IPv4 address, null for anything else. */
function parseV4(text: string): number[] | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (match === null) return null
  const bytes = match.slice(1).map(Number)
  return bytes.every((b) => b < 256) ? bytes : null
}

/** The bytes of colon-separated groups (an IPv4 address may be the last); null when a group is malformed. */
function parseGroups(text: string): number[] | null {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [i, group] of groups.entries()) {
    const dotted = i === groups.length - 1 && group.includes('.') ? parseV4(group) : null
    if (dotted !== null) bytes.push(...dotted)
    else if (/^[0-9a-fA-F]{1,4}$/.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255)
    else return null
  }
  return bytes
}

function parseV6(text: string): number[] | null {
  const halves = text.split('::')
  const head = parseGroups(halves[0])
  const tail = halves.length === 2 ? parseGroups(halves[1]) : []
  if (halves.length > 2 || head === null || tail === null) return null
  const missing = 16 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 2 || halves[0].includes('.')) return null
  return [...head, ...new Array<number>(missing).fill(0), ...tail]
}

/** Whether every bit behind the mask is zero. */
function isNetwork(bytes: readonly number[], bits: number): boolean {
  return bytes.every((b, i) => (b & (255 >> Math.min(Math.max(bits - i * 8, 0), 8))) === 0)
}

/** Text → inet or cidr field. Throws CellError on a malformed address or mask, and for cidr when bits behind the mask are set. */
export function inetEncoder(cidr: boolean): (w: ByteWriter, text: string) => void {
  const what = cidr ? 'network (cidr)' : 'internet address'
  return (w, text) => {
    const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text)
    const address = match === null ? null : (parseV4(match[1]) ?? parseV6(match[1]))
    const full = address === null ? 0 : address.length * 8
    const bits = match?.[2] === undefined ? full : Number(match[2])
    if (address === null || bits > full) throw new CellError(`${quoted(text)} is no ${what}`)
    if (cidr && !isNetwork(address, bits)) throw new CellError(`${quoted(text)} has bits set to the right of its mask`)
    w.int32(4 + address.length)
    w.raw(Uint8Array.of(address.length === 4 ? 2 : 3, bits, cidr ? 1 : 0, address.length, ...address))
  }
}

/** Start and length of the longest run of zero groups, at least two. */
function zeroRun(groups: readonly number[]): { from: number; length: number } {
  let best = { from: -1, length: 1 }
  for (let i = 0; i < groups.length; i++) {
    let end = i
    while (end < groups.length && groups[end] === 0) end++
    if (end - i > best.length) best = { from: i, length: end - i }
  }
  return best.from < 0 ? { from: -1, length: 0 } : best
}

function textV6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[i * 2] << 8) | bytes[i * 2 + 1])
  const { from, length } = zeroRun(groups)
  const dotted = from === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff))
  const shown = groups.map((g) => g.toString(16))
  if (dotted) shown.splice(6, 2, bytes.subarray(12, 16).join('.'))
  if (from < 0) return shown.join(':')
  return `${shown.slice(0, from).join(':')}::${shown.slice(from + length).join(':')}`
}

/** An inet or cidr as PostgreSQL prints it. */
export function inetText(bytes: Uint8Array, start: number): string {
  const bits = bytes[start + 1]
  const size = bytes[start + 3]
  const address = bytes.subarray(start + 4, start + 4 + size)
  const text = size === 4 ? address.join('.') : textV6(address)
  return bytes[start + 2] === 0 && bits === size * 8 ? text : `${text}/${bits}`
}
