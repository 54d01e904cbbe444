/** What becomes of a value that has no counterpart. */
import { CellError } from '../core/cell-error.ts'
import { encoder } from '../core/encode.ts'
import type { WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Miss } from '../core/transfer.ts'
import { ByteWriter } from '../core/writer.ts'

/** A text as a wire field of its own, null as a NULL. Throws CellError when the column's type has no such value. */
function fieldOf(column: WireColumn, text: string | null): Buffer {
  const w = new ByteWriter(64)
  if (text === null) w.null()
  else encoder(column.wire)(w, text)
  return w.bytes.subarray(0, w.at)
}

/** A text of the mapping as a field. Throws CONFIG_INVALID when the column has no such value. */
export function configuredField(column: WireColumn, text: string | null, what: string): Buffer {
  try {
    return fieldOf(column, text)
  } catch (error) {
    if (!(error instanceof CellError)) throw error
    throw new NaruError('CONFIG_INVALID', `${column.name}: ${what} does not fit the column`, { why: error.message })
  }
}

/**
 * Writes what stands for a missing value. Throws CellError (the row is a reject), or LOOKUP_MISS where the rule is to fail.
 * `of` names the value, `where` what it was looked for in.
 */
export function missWriter(miss: Miss, column: WireColumn): (w: ByteWriter, of: () => string, where: string) => void {
  switch (miss.do) {
    case 'null':
      return (w) => w.null()
    case 'default': {
      const field = configuredField(column, miss.text, `the default '${miss.text}'`)
      return (w) => w.raw(field)
    }
    case 'reject':
      return (_w, of, where) => {
        throw new CellError(`${of()} is not in ${where}`)
      }
    case 'fail':
      return (_w, of, where) => {
        throw new NaruError('LOOKUP_MISS', `${column.name}: ${of()} is not in ${where}`, {
          state: 'finished chunks are on the target with their marks',
        })
      }
  }
}
