/** Values as node:sqlite gives them, and what writes one of them as a wire field. */
import type { ByteWriter } from '../../core/writer.ts'

/** A value as node:sqlite gives it; text that is no UTF-8 comes as InvalidText. */
export type Cell = null | number | bigint | string | Uint8Array | InvalidText

/** Text whose bytes are no UTF-8: node:sqlite would silently put U+FFFD into it. */
export class InvalidText {
  readonly bytes: Uint8Array
  /** Of the file. */
  readonly encoding: string

  constructor(bytes: Uint8Array, encoding = 'UTF-8') {
    this.bytes = bytes
    this.encoding = encoding
  }
}

/** Writes one field, or throws CellError; the row must then be taken back to its start. */
export type CellWriter = (w: ByteWriter, value: Cell) => void
