/** Keys of rows in wire form: read from tuples, compared by what they mean. */
import { valueDecoder } from '../../core/decode.ts'
import type { WireColumn } from '../../core/engine.ts'
import type { Key, KeyValue } from '../../core/key.ts'
import type { WireType } from '../../core/wire.ts'

export interface KeyOrder {
  /** The key of the tuple that starts at `start`. */
  read(bytes: Uint8Array, start: number): Key
  compare(a: Key, b: Key): number
}

/** Order by these columns of tuples. */
export function keyOrder(columns: readonly WireColumn[], key: readonly string[]): KeyOrder {
  const at = key.map((name) => columns.findIndex((c) => c.name === name))
  const decoders = at.map((i) => valueDecoder(columns[i].wire))
  const compare = at.map((i) => comparison(columns[i].wire))
  return {
    read(bytes, start) {
      const view = new DataView(bytes.buffer, bytes.byteOffset)
      const values: KeyValue[] = at.map(() => null)
      let offset = start + 2
      for (let i = 0; i < columns.length; i++) {
        const length = view.getInt32(offset)
        offset += 4
        const place = at.indexOf(i)
        if (place >= 0 && length >= 0) {
          const value = decoders[place](bytes, offset, offset + length)
          values[place] = typeof value === 'boolean' ? BigInt(value) : value
        }
        offset += Math.max(0, length)
      }
      return values
    },
    compare(a, b) {
      for (let i = 0; i < compare.length; i++) {
        const order = nullsFirst(a[i], b[i]) ?? compare[i](a[i], b[i])
        if (order !== 0) return order
      }
      return 0
    },
  }
}

function nullsFirst(a: KeyValue, b: KeyValue): number | null {
  if (a !== null && b !== null) return null
  return a === b ? 0 : a === null ? -1 : 1
}

type Comparison = (a: KeyValue, b: KeyValue) => number

function comparison(wire: WireType): Comparison {
  if (wire.kind === 'numeric') return (a, b) => compareDecimals(String(a), String(b))
  return (a, b) => {
    if (typeof a === 'string' && typeof b === 'string')
      return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'))
    if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b)
    return a === b ? 0 : (a as bigint) < (b as bigint) ? -1 : 1
  }
}

const SPECIAL: Readonly<Record<string, number>> = { '-Infinity': -1, Infinity: 1, NaN: 2 }

function compareDecimals(a: string, b: string): number {
  const [sa, sb] = [SPECIAL[a] ?? 0, SPECIAL[b] ?? 0]
  if (sa !== 0 || sb !== 0) return sa - sb
  const scale = Math.max(fraction(a), fraction(b))
  const [x, y] = [scaled(a, scale), scaled(b, scale)]
  return x < y ? -1 : x > y ? 1 : 0
}

function fraction(text: string): number {
  const point = text.indexOf('.')
  return point < 0 ? 0 : text.length - point - 1
}

function scaled(text: string, scale: number): bigint {
  return BigInt(text.replace('.', '') + '0'.repeat(scale - fraction(text)))
}
