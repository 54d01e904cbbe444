/** Columns of the sources whose files a set of transfers moves, and the addresses in them. */
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { TablePlan } from '../../core/plan.ts'
import { columnPages } from '../../files/column.ts'
import { type AddressColumn, columnLabel } from '../../files/column-sql.ts'
import { type AddressForm, openForm } from '../../files/forms.ts'
import type { Addressing } from '../../files/store.ts'
import { withFallback } from '../../transfer/file-step.ts'

/** A column of a source that names files of a store. */
export interface FileColumn {
  readonly store: string
  readonly form: AddressForm
  readonly column: AddressColumn
  /** For people: `goods.img_url`. */
  readonly label: string
  readonly origin: number
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
      found.set(JSON.stringify([step.store, form, origin, table.name, column.name, where]), {
        store: step.store,
        form,
        column: c,
        label,
        origin,
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
  for (const { column, form, origin, label } of columns) {
    const source = sourceAt(origin)
    if (source.engine.name === 'csv') throw withoutSql(label)
    const values = await openForm(form, addressing)
    for await (const rows of columnPages(source, column)) {
      yield* new Set(rows.flatMap((row) => values.addresses(row.value)))
    }
  }
}

function withoutSql(label: string): NaruError {
  return new NaruError('UNSUPPORTED', `the files of ${label} cannot be moved`, {
    why: 'a folder of CSV files cannot be asked for the addresses in a column',
    hint: 'Bring the rows into a database first, then move their files with `naru files move`.',
    state: 'nothing was changed',
  })
}
