/** A look at the values of a table part as they are stored: for a third of what SQL takes, where nothing is in trouble (see plain.ts). */
import type { Look, LookedAt } from '../../../core/engine.ts'
import type { KeyRange } from '../../../core/key.ts'
import type { Handle } from '../handle.ts'
import { rangeEnds } from '../selection.ts'
import { type Layout, layoutOf } from './layout.ts'
import { type Plain, plainBy, withoutImplied } from './plain.ts'
import { Records } from './record.ts'
import { NotPlain } from './shape.ts'
import { rowidBound, TreeWalk } from './tree.ts'

/** What is to be looked at. Plain data for the thread that does it. */
export interface LookTask {
  readonly table: string
  readonly range: KeyRange
  readonly at: readonly LookedAt[]
}

/** Null where the file's pages cannot be read, or hold something unexpected: SQL is to be asked about all. The handle is in a snapshot. */
export function lookAt(handle: Handle, { table, range, at }: LookTask): Look | null {
  if (handle.file === null) return null
  const layout = layoutOf(handle, table)
  const ends = rangeEnds(range)
  const [after, upto] = [
    rowidBound(ends.after, Number.NEGATIVE_INFINITY),
    rowidBound(ends.upto, Number.POSITIVE_INFINITY),
  ]
  if (layout === null || after === null || upto === null) return null
  const columns = columnLooks(layout, at)
  try {
    const rows = look(new TreeWalk(handle.file, layout.root, after, upto), layout, columns)
    return { rows, clear: at.map((_, i) => columns.some((c) => c.plain !== null && c.answers.includes(i))) }
  } catch (error) {
    if (error instanceof NotPlain) return null
    throw error
  }
}

interface ColumnLook {
  readonly place: number
  /** Null once a value was not plain. */
  plain: Plain | null
  /** Positions of what it answers. */
  readonly answers: number[]
}

/** The rowid is nothing but an integer, which is for SQL to look at: it takes no time. */
function columnLooks({ columns }: Layout, at: readonly LookedAt[]): ColumnLook[] {
  return columns.flatMap(({ name, isRowid }, place): ColumnLook[] => {
    if (isRowid) return []
    const answers: number[] = []
    const ways = new Set<Plain>()
    for (const [i, { column, probe }] of at.entries()) {
      const way = column === name ? plainBy(probe) : null
      if (way === null) continue
      answers.push(i)
      ways.add(way)
    }
    return ways.size === 0 ? [] : [{ place, plain: together(withoutImplied(ways)), answers }]
  })
}

function together(ways: readonly Plain[]): Plain {
  const [first, second, third] = ways
  if (ways.length === 1) return first
  if (ways.length === 2) return (b, type, at) => first(b, type, at) && second(b, type, at)
  if (ways.length === 3) return (b, type, at) => first(b, type, at) && second(b, type, at) && third(b, type, at)
  return (b, type, at) => ways.every((way) => way(b, type, at))
}

function look(walk: TreeWalk, layout: Layout, columns: readonly ColumnLook[]): number {
  const records = new Records(layout.columns.map((c) => c.nullByDefault))
  const { types, starts } = records
  let rows = 0
  while (walk.next()) {
    rows++
    records.read(walk)
    const b = walk.bytes
    for (const column of columns) {
      const type = types[column.place]
      if (type !== 0 && column.plain !== null && !column.plain(b, type, starts[column.place])) column.plain = null
    }
  }
  return rows
}
