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
