/** Columns out of what a row function gave. */
import { CellError } from '../core/cell-error.ts'
import type { WireColumn } from '../core/engine.ts'
import type { ByteWriter } from '../core/writer.ts'
import { valueWriter } from './row-value.ts'
import type { Tuple } from './tuple.ts'

/** The row under way; null where there is no function. */
export interface Produced {
  row: Readonly<Record<string, unknown>> | null
}

type Step = (w: ByteWriter, t: Tuple) => void

/** The property of that name. One that is not there is `fallback`, else NULL where the column takes it. Throws CellError. */
export function propertyStep(name: string, column: WireColumn, produced: Produced, fallback?: Step): Step {
  const write = valueWriter(column)
  return (w, t) => {
    const value = produced.row?.[name]
    if (value === null) w.null()
    else if (value !== undefined) write(w, value)
    else if (fallback !== undefined) fallback(w, t)
    else if (column.column.nullable) w.null()
    else throw new CellError('the row function gave no value for it')
  }
}
