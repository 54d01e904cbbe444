/** Values of some columns of a source, as keys: exact, and in terms in which the source can be asked for them again. */
import type { Dialect, WireColumn } from '../../core/engine.ts'
import type { KeyValue } from '../../core/key.ts'
import { keyDecoder, spans } from '../../verify/tuple-key.ts'
import type { Asked } from './graph.ts'

/** Columns read beside each other, each once. */
export interface ValueReader {
  readonly columns: readonly WireColumn[]
  /** The values of these columns (positions in what was asked for) of the row at `offset`. */
  values(bytes: Uint8Array, offset: number, at: readonly number[]): KeyValue[]
}

/** Reads columns in the source's own form, so that none is refused for what the target is. */
export function valueReader(asked: readonly Asked[], d: Dialect): ValueReader {
  const columns: WireColumn[] = []
  const places = asked.map((a) => {
    const known = columns.findIndex((c) => c.column.name === a.column.name && c.expression === a.expression)
    if (known >= 0) return known
    const { type } = a.column
    const wire = a.expression === undefined ? (d.exactWire?.(type) ?? d.wire(type)) : a.wire
    columns.push({ ...a, wire })
    return columns.length - 1
  })
  const decoders = columns.map((c) => keyDecoder(c.wire, d.rawValue))
  return {
    columns,
    values(bytes, offset, at) {
      const fields = spans(bytes, offset)
      return at.map((i) => {
        const place = places[i]
        const { start, end } = fields[place]
        return start < 0 ? null : decoders[place](bytes, start, end)
      })
    },
  }
}
