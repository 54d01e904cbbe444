/** Where rows lie, read beside their columns. */
import type { WireColumn } from '../../core/engine.ts'
import type { RowPlace } from '../../core/mend.ts'
import type { Column } from '../../core/schema.ts'
import { spans } from '../tuple-key.ts'

const TEXT: Column = { name: 'place', type: { logical: { kind: 'text' }, native: 'text' }, nullable: false }

/** A row's place as a column. */
export function placeColumn(place: RowPlace): WireColumn {
  return { name: 'naru_place', column: TEXT, wire: { kind: 'text' }, expression: place.expression }
}

/** The place in the field at `position` of the row that starts at `at`. */
export function placeAt(bytes: Uint8Array, at: number, position: number): string {
  const { start, end } = spans(bytes, at)[position]
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
}
