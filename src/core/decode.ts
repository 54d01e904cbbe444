import type { KeyValue } from './key.ts'
import type { WireType } from './wire.ts'
import type { ByteWriter } from './writer.ts'

/** One field's bytes [start, end) as canonical text. */
export type FieldText = (bytes: Uint8Array, start: number, end: number) => string
const pending = (): never => {
  throw new Error('not yet written')
}
export function decoder(_wire: WireType): FieldText {
  return pending()
}
export function valueDecoder(_wire: WireType): (bytes: Uint8Array, start: number, end: number) => KeyValue | boolean {
  return pending()
}
export function asciiWriter(_wire: WireType): (w: ByteWriter, bytes: Uint8Array, start: number, end: number) => void {
  return pending()
}
