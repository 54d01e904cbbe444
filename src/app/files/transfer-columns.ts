/** Columns of the sources whose files a set of transfers moves, and the addresses in them. */
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { TablePlan } from '../../core/plan.ts'
import type { Column } from '../../core/schema.ts'
import { utf8Text } from '../../core/utf8.ts'
import { skipRow } from '../../core/wire.ts'
import { columnPages } from '../../files/column.ts'
import { type AddressColumn, columnLabel } from '../../files/column-sql.ts'
import { type AddressForm, openForm } from '../../files/forms.ts'
import type { Addressing } from '../../files/store.ts'
import { withFallback } from '../../transfer/file-step.ts'
import { takenRows } from '../../transfer/taken.ts'
import { spans } from '../../verify/tuple-key.ts'

/** A column of a source that names files of a store. */
export interface FileColumn {
  readonly store: string
  readonly form: AddressForm
  readonly column: AddressColumn
  /** For people: `goods.img_url`. */
  readonly label: string
  readonly origin: number
  /** The table, where only some of its rows are taken. */
  readonly part?: TablePlan
}

/** The columns that steps about files read, each once. */
export function fileColumns(tables: readonly TablePlan[]): FileColumn[] {
  const found = new Map<string, FileColumn>()
  for (const plan of tables) {
    const { stage, source: table, where, origin = 0 } = plan
    for (const step of stage?.fields.flatMap(withFallback) ?? []) {
      if (step.kind !== 'file' && step.kind !== 'file refs') continue
      const column = stage?.read[step.at].column
      if (column === undefined) continue
      const form = step.kind === 'file' ? 'plain' : step.format
      const label = columnLabel(table.name, column.name)
      const c = { table, column, ...(where !== undefined && { where }) }
      found.set(JSON.stringify([step.store, form, origin, table.name, column.name, where, plan.taken && plan.label]), {
        store: step.store,
        form,
        column: c,
        label,
        origin,
        ...(plan.taken !== undefined && { part: plan }),
      })
    }
  }
  return [...found.values()]
}

/** Addresses of some columns of one store, page by page, each once a page. Throws UNSUPPORTED for sources without SQL. */
export async function* addressesOf(
  columns: readonly FileColumn[],
  addressing: Addressing,
  sourceAt: (origin: number) => Database,
): AsyncGenerator<string> {
  for (const { column, form, origin, label, part } of columns) {
    const source = sourceAt(origin)
    if (source.engine.name === 'csv') throw withoutSql(label)
    const values = await openForm(form, addressing)
    if (part !== undefined) {
      yield* addressesIn(source, part, column.column, (text) => values.addresses(text))
      continue
    }
    for await (const rows of columnPages(source, column)) {
      yield* new Set(rows.flatMap((row) => values.addresses(row.value)))
    }
  }
}

/** Addresses in the rows of a table that are taken. */
async function* addressesIn(
  source: Database,
  { source: table, key, where, taken = [] }: TablePlan,
  column: Column,
  addresses: (text: string) => Iterable<string>,
): AsyncGenerator<string> {
  const d = source.engine.dialect
  const paged = (key ?? []).flatMap((name) => table.columns.filter((c) => c.name === name))
  const read = [
    { name: column.name, column, wire: { kind: 'text' } as const },
    ...paged.filter((c) => c.name !== column.name).map((c) => ({ name: c.name, column: c, wire: d.wire(c.type) })),
  ]
  const rows = takenRows(source.source(table, read, { key, where }), taken)
  for await (const batch of rows.read({ kind: 'all' }, BATCH)) {
    const found = new Set<string>()
    for (let at = 0, row = 0; row < batch.rows; row++) {
      const [{ start, end }] = spans(batch.bytes, at)
      if (start >= 0) for (const address of addresses(utf8Text(batch.bytes, start, end))) found.add(address)
      at = skipRow(batch.bytes, at)
    }
    batch.release()
    yield* found
  }
}

const BATCH = { bytes: 1024 * 1024, rows: 5000 } as const

function withoutSql(label: string): NaruError {
  return new NaruError('UNSUPPORTED', `the files of ${label} cannot be moved`, {
    why: 'a folder of CSV files cannot be asked for the addresses in a column',
    hint: 'Bring the rows into a database first, then move their files with `naru files move`.',
    state: 'nothing was changed',
  })
}
