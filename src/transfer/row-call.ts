/** Calls the user's function for the rows of a batch: decoded in bulk, synchronous functions without a turn of the event loop between rows. */
import { CellError } from '../core/cell-error.ts'
import type { WireColumn } from '../core/engine.ts'
import { displayName, type ObjectName } from '../core/schema.ts'
import type { RowCall } from '../core/transfer.ts'
import type { RowContext, RowFunction } from './context.ts'
import { rowDecoder } from './row-decode.ts'
import type { Tuple } from './tuple.ts'

type Produced = Readonly<Record<string, unknown>>

/** What a function made of one row: rows for the table in question, or why there is none. */
export type RowResult = readonly Produced[] | CellError

const NONE: readonly Produced[] = []

/** A row for a table that is named. */
class Into {
  readonly table: ObjectName
  readonly row: Produced

  constructor(table: ObjectName, row: Produced) {
    this.table = table
    this.row = row
  }
}

/** The name alone: a table of a mapping has its columns as properties too. */
function named({ schema, name }: ObjectName): ObjectName {
  return { name, ...(schema !== undefined && { schema }) }
}

/** Whether two names are of one table; one without a schema leaves that to the default. */
function sameTable(a: ObjectName, b: ObjectName): boolean {
  return a.name === b.name && (a.schema === undefined || b.schema === undefined || a.schema === b.schema)
}

/** The second argument of a row function; `tables`: those that it may make rows for. */
export function rowContext(
  o: { readonly database: string; readonly label: string; readonly now: Date },
  tables: readonly ObjectName[],
): RowContext {
  return Object.freeze({
    database: o.database,
    table: o.label,
    now: o.now,
    into(table: ObjectName, row: object) {
      const meant = tables.filter((t) => sameTable(t, table))
      // Of two with one name a table that is named without its schema is that of the default one.
      if (meant.length > 1 && table.schema === undefined)
        return new Into({ ...named(table), schema: 'public' }, row as Produced)
      if (meant.length > 0) return new Into(named(table), row as Produced)
      throw new CellError(
        `ctx.into: ${displayName(table)} is not among the tables that the transfer says it makes rows for`,
      )
    },
    reject(reason: string): never {
      throw new CellError(reason)
    },
  })
}

function failure(error: unknown): CellError {
  if (error instanceof CellError) return error
  return new CellError(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}

/** What a function gave back, for one table; rows without a name are for the transfer's own. */
function sorted(given: unknown, target: ObjectName, own: boolean): RowResult {
  if (given === null || given === undefined) return NONE
  const rows: Produced[] = []
  for (const row of Array.isArray(given) ? given : [given]) {
    const object: unknown = row instanceof Into ? row.row : row
    if (typeof object !== 'object' || object === null || Array.isArray(object)) {
      return new CellError(`the row function gave ${object === null ? 'null' : `a ${typeof object}`} in place of a row`)
    }
    if (row instanceof Into ? sameTable(row.table, target) : own) rows.push(object as Produced)
  }
  return rows
}

/** Calls a function for tuples, in order. */
export interface RowCaller {
  /** Takes the next tuple; `settle` gives the results in the same order, for each of the tables. */
  call(t: Tuple): void
  settle(): Promise<RowResult[][]> | RowResult[][]
}

/** A table that rows are wanted for; `own`: the transfer's, which rows without a name are for. */
export interface CallTarget {
  readonly table: ObjectName
  readonly own: boolean
}

/** The caller of a function whose rows are wanted for these tables. */
export function rowCaller(
  call: RowCall,
  read: readonly WireColumn[],
  run: RowFunction,
  o: { readonly context: RowContext; readonly targets: readonly CallTarget[] },
): RowCaller {
  const { context, targets } = o
  const decode = rowDecoder(
    call.properties,
    read.map((c) => c.wire),
  )
  const none = () => targets.map((): (RowResult | PromiseLike<RowResult>)[] => [])
  let results = none()
  let open = false
  const failed = (error: unknown) => {
    for (const taken of results) taken.push(failure(error))
  }
  return {
    call(t) {
      let given: unknown
      try {
        given = run(decode(t), context)
      } catch (error) {
        failed(error)
        return
      }
      if (!isPromise(given)) {
        for (let i = 0; i < targets.length; i++) results[i].push(sorted(given, targets[i].table, targets[i].own))
        return
      }
      open = true
      for (const [i, { table, own }] of targets.entries()) {
        results[i].push(given.then((value) => sorted(value, table, own), failure))
      }
    },
    settle() {
      const taken = results
      results = none()
      if (!open) return taken as RowResult[][]
      open = false
      return Promise.all(taken.map((of) => Promise.all(of)))
    },
  }
}
