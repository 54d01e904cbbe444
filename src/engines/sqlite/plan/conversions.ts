/** Values that a column of another type refuses (STRICT) or stores otherwise (https://www.sqlite.org/datatype3.html). */
import type { Hazard } from '../../../core/change.ts'
import type { Column } from '../../../core/schema.ts'
import { quote } from '../literal.ts'
import { type Affinity, affinity } from '../types.ts'
import { mayFail, rowsWhere } from './may-fail.ts'
import type { Pair } from './pair.ts'

/** Hazards of columns whose type, or whose table's strictness, differs. */
export function conversionHazards(pair: Pair): Hazard[] {
  return pair.to.columns.flatMap((column, i) => {
    const origin = pair.origins[i]
    if (origin === undefined || column.generated !== undefined) return []
    const refused = refusedHazard(pair, origin, column)
    return refused ?? lossyHazard(pair, origin, column)
  })
}

function isStrict(pair: Pair, side: 'from' | 'to'): boolean {
  return pair[side].options.strict === 'yes'
}

function refusedHazard(pair: Pair, origin: Column, column: Column): Hazard[] | null {
  const same = origin.type.native.toUpperCase() === column.type.native.toUpperCase()
  const rowid = column.identity !== undefined && origin.identity === undefined
  if (!rowid && (!isStrict(pair, 'to') || (same && isStrict(pair, 'from')))) return null
  const predicate = misfit(rowid ? 'INTEGER' : column.type.native.toUpperCase(), quote(origin.name))
  if (predicate === null) return null
  const what = `${pair.to.name.name}.${column.name} takes ${column.type.native} alone`
  const told = { column: column.name, counted: 'rows with a value of another type' }
  return [mayFail(pair, what, { ...told, count: rowsWhere(pair, predicate) })]
}

/** True of a value that a STRICT column refuses after the conversion of its affinity. */
function misfit(type: string, c: string): string | null {
  if (type === 'INT' || type === 'INTEGER') return `${c} IS NOT NULL AND CAST(${c} AS INTEGER) IS NOT ${c}`
  if (type === 'REAL') return `${c} IS NOT NULL AND CAST(${c} AS REAL) IS NOT ${c}`
  if (type === 'TEXT') return `typeof(${c}) = 'blob'`
  return type === 'BLOB' ? `typeof(${c}) NOT IN ('blob', 'null')` : null
}

function lossyHazard(pair: Pair, origin: Column, column: Column): Hazard[] {
  const [old, made] = [affinityOf(pair, 'from', origin), affinityOf(pair, 'to', column)]
  const predicate = old === made ? null : changed(made, quote(origin.name))
  if (predicate === null) return []
  return [
    {
      kind: 'lossy',
      what: `values of ${pair.to.name.name}.${column.name} are stored as ${column.type.native || 'they come'}`,
      table: pair.from.name,
      column: origin.name,
      count: rowsWhere(pair, predicate),
      counted: 'rows whose value does not come back the same',
    },
  ]
}

/** In a table that is not STRICT, ANY is a name like others: numeric. */
function affinityOf(pair: Pair, side: 'from' | 'to', column: Column): Affinity {
  const any = column.type.native.toUpperCase() === 'ANY'
  return any && !isStrict(pair, side) ? 'numeric' : affinity(column.type.native)
}

/** True of a value that the affinity turns into another from which it cannot be had again. */
function changed(to: Affinity, c: string): string | null {
  const number = `typeof(${c}) = 'text' AND CAST(${c} AS NUMERIC) = ${c} AND CAST(CAST(${c} AS NUMERIC) AS TEXT) IS NOT ${c}`
  const large = `typeof(${c}) = 'integer' AND CAST(CAST(${c} AS REAL) AS INTEGER) IS NOT ${c}`
  if (to === 'integer' || to === 'numeric') return number
  if (to === 'real') return `(${number}) OR (${large})`
  return to === 'text' ? `typeof(${c}) = 'real' AND CAST(CAST(${c} AS TEXT) AS REAL) IS NOT ${c}` : null
}
