/** Columns of the inspected tables. */

import type { Row } from '../../../core/engine.ts'
import type { Column, ColumnType } from '../../../core/schema.ts'
import type { Session } from '../session.ts'
import { parseDefault, sequenceOfDefault } from './defaults.ts'
import { optional, printedName, tableIds } from './scope.ts'
import type { Sequence } from './sequences.ts'
import type { TypeLookup } from './user-types.ts'

/** A column with what else is known of it. */
export interface FoundColumn {
  readonly column: Column
  readonly number: number
  /** The sequence that numbers it. */
  readonly sequence: Sequence | null
}

function query(schema: string): string {
  return `SELECT a.attrelid, a.attnum, a.attname, a.atttypid, format_type(a.atttypid, a.atttypmod) AS native, a.attnotnull,
      a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid) AS expression,
      col_description(a.attrelid, a.attnum) AS comment, t.typname,
      CASE WHEN a.attcollation <> t.typcollation THEN ${printedName(schema, 'cn.nspname', 'co.collname')} END AS collation,
      coalesce(co.collisdeterministic, true) AS deterministic
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_collation co ON co.oid = a.attcollation LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN ${tableIds(schema)}
    ORDER BY a.attrelid, a.attnum`
}

/** Finds the sequence that numbers a column. */
type Numbering = (r: Row) => { readonly sequence: Sequence; readonly identity: Column['identity'] } | null

/**
 * A sequence numbers a column when the column owns it, or when nobody owns it and only this column's default draws from it. One that
 * several columns share stays a sequence, and the defaults stay expressions.
 */
function numberings(rows: readonly Row[], all: readonly Sequence[]): Numbering {
  const users = new Map<string, number>()
  const drawn = (r: Row) => (r.expression === null ? null : sequenceOfDefault(String(r.expression)))
  for (const r of rows) {
    const name = drawn(r)
    if (name !== null) users.set(name, (users.get(name) ?? 0) + 1)
  }
  const byName = new Map(all.map((s) => [s.printed, s]))
  return (r) => {
    const owns = (s: Sequence) => s.owner?.table === Number(r.attrelid) && s.owner.column === Number(r.attnum)
    if (r.attidentity !== '') {
      const sequence = all.find(owns)
      return sequence === undefined ? null : { sequence, identity: r.attidentity === 'a' ? 'always' : 'by default' }
    }
    const name = drawn(r)
    const sequence = name === null ? undefined : byName.get(name)
    if (name === null || sequence === undefined) return null
    const alone = sequence.owner === null && users.get(name) === 1
    return owns(sequence) || alone ? { sequence, identity: 'auto' } : null
  }
}

function toColumn(r: Row, type: ColumnType, numbering: ReturnType<Numbering>): Column {
  const generated = r.attgenerated === '' ? null : { expression: String(r.expression), stored: r.attgenerated === 's' }
  const plain = generated === null && numbering === null && r.expression !== null
  const given = plain ? parseDefault(String(r.expression), type.logical) : undefined
  return {
    name: String(r.attname),
    type,
    nullable: r.attnotnull !== true,
    ...(given !== undefined && { default: given }),
    ...(numbering !== null && { identity: numbering.identity, sequence: numbering.sequence.name }),
    ...(generated !== null && { generated }),
    ...optional('comment', r.comment),
    ...optional('collation', r.collation),
    ...((r.typname === 'citext' || r.deterministic === false) && { caseInsensitive: true }),
  }
}

/** Columns by table id, in order. */
export async function columns(
  session: Session,
  schema: string,
  types: TypeLookup,
  all: readonly Sequence[],
): Promise<Map<number, FoundColumn[]>> {
  const rows = await session.query(query(schema))
  const numbering = numberings(rows, all)
  const found = new Map<number, FoundColumn[]>()
  for (const r of rows) {
    const own = numbering(r)
    const column = toColumn(r, types(Number(r.atttypid), String(r.native)), own)
    const table = Number(r.attrelid)
    found.set(table, [
      ...(found.get(table) ?? []),
      { column, number: Number(r.attnum), sequence: own?.sequence ?? null },
    ])
  }
  return found
}
