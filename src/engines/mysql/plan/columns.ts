/** Columns of an altered table: added, dropped, changed, moved. */
import type { Column, Table } from '../../../core/schema.ts'
import { columnSql } from '../ddl-column.ts'
import { quote } from '../literal.ts'
import type { Planning, TableChange } from './names.ts'

export interface ColumnChange {
  /** Null: added. */
  readonly from: Column | null
  /** Null: dropped. */
  readonly to: Column | null
  /** What differs, apart from the place. */
  readonly aspects: readonly string[]
  /** `FIRST`, `AFTER name`; absent: where it is (added: at the end). */
  readonly place?: string
  /** Cannot be changed into what it is to be: dropped and added under its own name. */
  readonly anew?: true
}

/** The column's clause of ALTER TABLE. */
export function columnClauses(p: Planning, change: TableChange, c: ColumnChange): string[] {
  if (c.to === null) return [`DROP COLUMN ${quote(c.from?.name ?? '')}`]
  const place = c.place === undefined ? '' : ` ${c.place}`
  if (c.from === null) return [`ADD COLUMN ${definition(c.to, change.to)}${place}`]
  if (c.anew) return [`DROP COLUMN ${quote(c.from.name)}`, `ADD COLUMN ${definition(c.to, change.to)}${place}`]
  const [was, is] = [quote(c.from.name), quote(c.to.name)]
  const renamed = c.from.name !== c.to.name
  if (renamed && place === '' && c.aspects.length === 0 && p.features.renameColumn) {
    return [`RENAME COLUMN ${was} TO ${is}`]
  }
  const verb = renamed ? `CHANGE COLUMN ${was}` : 'MODIFY COLUMN'
  return [`${verb} ${definition(c.to, change.to)}${place}`]
}

/** With the checks that are written with it: left out, they would go. */
function definition(column: Column, table: Table): string {
  return columnSql(
    column,
    table.checks.filter((k) => k.column === column.name),
  )
}

/** All columns that change, in the order of the new table; dropped ones first. */
export function columnChanges(change: TableChange): ColumnChange[] {
  const { from, to, edits } = change
  const edited = edits.flatMap((e) => (e.part === 'column' ? [e] : []))
  const byNew = new Map(edited.flatMap((e) => (e.to === null ? [] : [[e.to.name, e] as const])))
  const dropped = edited.flatMap((e) => (e.to === null ? [{ from: e.from, to: null, aspects: [] }] : []))
  const oldOf = (column: Column): Column | null => {
    const edit = byNew.get(column.name)
    return edit === undefined ? (from.columns.find((c) => c.name === column.name) ?? null) : edit.from
  }
  const checked = checkedColumns(change)
  const all = to.columns.map((column): ColumnChange => {
    const old = oldOf(column)
    const edit = byNew.get(column.name)
    const aspects = (edit?.aspects ?? []).map((a) => a.name).filter((a) => a !== 'name' && a !== 'grants')
    const more = checked.has(column.name) ? ['check'] : []
    return {
      from: old,
      to: column,
      aspects: [...aspects, ...more],
      ...(old && mustBeAnew(old, column) && { anew: true }),
    }
  })
  const placed = withPlaces(from, all)
  return [...dropped, ...placed.filter((c) => isChange(c))]
}

function isChange(c: ColumnChange): boolean {
  return (
    c.from === null || c.anew === true || c.place !== undefined || c.aspects.length > 0 || c.from.name !== c.to?.name
  )
}

/** Columns with an own check that was added, dropped or altered. */
function checkedColumns({ to, edits }: TableChange): ReadonlySet<string> {
  const names = new Set(to.columns.map((c) => c.name))
  const own = edits.flatMap((e) => (e.part === 'check' ? [e.from?.column, e.to?.column] : []))
  return new Set(own.filter((n): n is string => n !== undefined && names.has(n)))
}

/** Between plain, virtual and stored only stored → plain and plain → stored can be altered. */
function mustBeAnew(from: Column, to: Column): boolean {
  const form = (c: Column) => (c.generated === undefined ? 'plain' : c.generated.stored ? 'stored' : 'virtual')
  const [a, b] = [form(from), form(to)]
  return a !== b && (a === 'virtual' || b === 'virtual' || isPeriod(from) !== isPeriod(to))
}

const isPeriod = (c: Column): boolean => /^row (start|end)$/i.test(c.generated?.expression ?? '')

/** The longest run of columns that stay in order need not be moved; the others are put behind their new neighbour. */
function withPlaces(from: Table, all: readonly ColumnChange[]): ColumnChange[] {
  const positions = new Map(from.columns.map((c, i) => [c, i]))
  const staying = all.map((c) => (c.from === null || c.anew ? -1 : (positions.get(c.from) ?? -1)))
  const still = longestRun(staying)
  const lastStill = staying.findLastIndex((position, i) => position >= 0 && still.has(i))
  return all.map((c, i) => {
    const moves = staying[i] >= 0 ? !still.has(i) : i < lastStill || moverBehind(staying, still, i)
    if (!moves) return c
    const before = all[i - 1]?.to
    return { ...c, place: before === undefined || before === null ? 'FIRST' : `AFTER ${quote(before.name)}` }
  })
}

/** Added at the end goes without a place, unless a column moves in among the added ones. */
function moverBehind(staying: readonly number[], still: ReadonlySet<number>, i: number): boolean {
  return (
    staying.some((position, k) => k > i && position >= 0 && !still.has(k)) ||
    staying.slice(0, i).some((position, k) => position >= 0 && !still.has(k))
  )
}

/** Indexes of a longest strictly increasing subsequence of the entries that are not negative. */
export function longestRun(values: readonly number[]): ReadonlySet<number> {
  const tails: number[] = []
  const before: number[] = []
  values.forEach((value, i) => {
    if (value < 0) return
    let at = tails.findIndex((t) => values[t] >= value)
    if (at < 0) at = tails.length
    before[i] = at === 0 ? -1 : tails[at - 1]
    tails[at] = i
  })
  const run = new Set<number>()
  for (let i = tails.at(-1) ?? -1; i >= 0; i = before[i]) run.add(i)
  return run
}
