import type { WireType } from './wire.ts'
import type { ByteWriter } from './writer.ts'

/** A value that has no wire form of the wanted type; the message is a reason for people: `'12x' is no integer`. */
export class CellError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'CellError'
  }
}
const pending = (): never => {
  throw new Error('not yet written')
}
export function writeInt2(_w: ByteWriter, _v: number): void {
  pending()
}
export function writeInt4(_w: ByteWriter, _v: number): void {
  pending()
}
export function writeInt8(_w: ByteWriter, _hi: number, _lo: number): void {
  pending()
}
export function writeInt8Big(_w: ByteWriter, _v: bigint): void {
  pending()
}
export function writeFloat4(_w: ByteWriter, _v: number): void {
  pending()
}
export function writeFloat8(_w: ByteWriter, _v: number): void {
  pending()
}
export function writeBool(_w: ByteWriter, _v: boolean): void {
  pending()
}
export function writeNumericAscii(
  _w: ByteWriter,
  _source: Uint8Array,
  _start: number,
  _end: number,
  _scale?: number,
): void {
  pending()
}
export function writeNumericUint(_w: ByteWriter, _v: bigint): void {
  pending()
}
export function writeDate(_w: ByteWriter, _y: number, _m: number, _d: number): void {
  pending()
}
export function writeTimestamp(
  _w: ByteWriter,
  _y: number,
  _m: number,
  _d: number,
  _h: number,
  _mi: number,
  _s: number,
  _us: number,
): void {
  pending()
}
export function writeTime(_w: ByteWriter, _us: number): void {
  pending()
}
export function writeInterval(_w: ByteWriter, _us: bigint, _days: number, _months: number): void {
  pending()
}
export function writeUuidAscii(_w: ByteWriter, _source: Uint8Array, _start: number, _end: number): void {
  pending()
}
export function writeBit(
  _w: ByteWriter,
  _rightAligned: Uint8Array,
  _start: number,
  _end: number,
  _length: number,
): void {
  pending()
}
export function encoder(_wire: WireType): (w: ByteWriter, text: string) => void {
  return pending()
}
export function isUtf8(_bytes: Uint8Array, _start: number, _end: number): boolean {
  return pending()
}
