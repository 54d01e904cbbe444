/** Calls the user's function for the rows of a batch: decoded in bulk, synchronous functions without a turn of the event loop between rows. */
import { CellError } from '../core/cell-error.ts'
import type { WireColumn } from '../core/engine.ts'
import type { RowCall } from '../core/transfer.ts'
import type { RowContext, RowFunction } from './context.ts'
import { rowDecoder } from './row-decode.ts'
import type { Tuple } from './tuple.ts'

type Produced = Readonly<Record<string, unknown>>

/** What a function made of one row: rows for the table in question, or why there is none. */
export type RowResult = readonly Produced[] | CellError

const NONE: readonly Produced[] = []

/** Promises that are awaited together at most. */
const TOGETHER = 1000

/** A row for another table. */
class Into {
  readonly table: string
  readonly row: Produced

  constructor(table: string, row: Produced) {
    this.table = table
    this.row = row
  }
}

/** The second argument of a row function. */
export function rowContext(o: { readonly database: string; readonly label: string; readonly now: Date }): RowContext {
  return Object.freeze({
    database: o.database,
    table: o.label,
    now: o.now,
    into(table: Parameters<RowContext['into']>[0], row: object) {
      return new Into(tableName(table), row as Produced)
    },
    reject(reason: string): never {
      throw new CellError(reason)
    },
  })
}

/** Name of a table of the target as `RowCall.into` has it: with its schema where it has one. */
export function tableName(table: Parameters<RowContext['into']>[0]): string {
  if (typeof table === 'string') return table
  return table.schema === undefined ? table.name : `${table.schema}.${table.name}`
}

function failure(error: unknown): CellError {
  if (error instanceof CellError) return error
  return new CellError(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}

/** What a function gave back, for one table. */
function sorted(given: unknown, into: string | undefined): RowResult {
  if (given === null || given === undefined) return NONE
  const rows: Produced[] = []
  for (const row of Array.isArray(given) ? given : [given]) {
    const table = row instanceof Into ? row.table : undefined
    const object: unknown = row instanceof Into ? row.row : row
    if (typeof object !== 'object' || object === null || Array.isArray(object)) {
      return new CellError(`the row function gave ${object === null ? 'null' : `a ${typeof object}`} in place of a row`)
    }
    if (table === into) rows.push(object as Produced)
  }
  return rows
}

/** Calls a function for tuples, in order. */
export interface RowCaller {
  /** Takes the next tuple; `settle` gives the results in the same order. */
  call(t: Tuple): void
  settle(): Promise<RowResult[]> | RowResult[]
  /** Whether so many promises are open that `settle` should be awaited before more calls. */
  readonly full: boolean
}

/** The caller of a table's function. */
export function rowCaller(
  call: RowCall,
  read: readonly WireColumn[],
  run: RowFunction,
  context: RowContext,
): RowCaller {
  const decode = rowDecoder(
    call.properties,
    read.map((c) => c.wire),
  )
  let results: (RowResult | PromiseLike<RowResult>)[] = []
  let open = 0
  return {
    get full() {
      return open >= TOGETHER
    },
    call(t) {
      let given: unknown
      try {
        given = run(decode(t), context)
      } catch (error) {
        results.push(failure(error))
        return
      }
      if (!isPromise(given)) {
        results.push(sorted(given, call.into))
        return
      }
      open++
      results.push(given.then((value) => sorted(value, call.into), failure))
    },
    settle() {
      const taken = results
      results = []
      if (open === 0) return taken as RowResult[]
      open = 0
      return Promise.all(taken)
    },
  }
}
