/** Whether a stored value is of its column's type, only readable as it, or neither: the same rules as when it is read. */
import type { SQLOutputValue } from 'node:sqlite'
import { CellError } from '../../core/encode.ts'
import type { LogicalType } from '../../core/schema.ts'
import { ByteWriter } from '../../core/writer.ts'
import { cellWriter } from './encode.ts'
import { wire } from './types.ts'

/** Not readable; of the type; readable though stored as something else. */
export const UNFIT = 0
const FITS = 1
export const OTHERWISE = 2

type StorageClass = 'integer' | 'real' | 'text' | 'blob'

/** How values of a meaning are normally stored. */
const HOME: Readonly<Partial<Record<LogicalType['kind'], readonly StorageClass[]>>> = {
  bool: ['integer'],
  int: ['integer', 'real'],
  decimal: ['integer', 'real', 'text'],
  float: ['integer', 'real'],
  bytes: ['blob'],
  geometry: ['blob'],
  json: ['text', 'integer', 'real'],
}

function classOf(value: Exclude<SQLOutputValue, null>): StorageClass {
  if (typeof value === 'bigint') return 'integer'
  if (typeof value === 'number') return 'real'
  return typeof value === 'string' ? 'text' : 'blob'
}

/** The judge of one type. */
export function fitOf(type: LogicalType): (value: SQLOutputValue) => number {
  const write = cellWriter(wire({ logical: type, native: '' }), 'blob')
  const home = HOME[type.kind] ?? ['text']
  const w = new ByteWriter(64)
  return (value) => {
    if (value === null) return FITS
    w.at = 0
    try {
      write(w, value)
    } catch (error) {
      if (error instanceof CellError) return UNFIT
      throw error
    }
    return home.includes(classOf(value)) ? FITS : OTHERWISE
  }
}
