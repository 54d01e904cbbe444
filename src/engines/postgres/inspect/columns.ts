/** Columns of the inspected tables. */

import type { Row } from '../../../core/engine.ts'
import type { Column, ColumnType, NotNull } from '../../../core/schema.ts'
import { usualNotNull } from '../names.ts'
import { parseDefault, sequenceOfDefault } from './defaults.ts'
import type { Asked } from './present.ts'
import { filled, grantsOf, optional, optionalList, printedName, type Scope, tableIds } from './scope.ts'
import type { Sequence } from './sequences.ts'
import type { TypeLookup } from './user-types.ts'

/** A column with what else is known of it. */
export interface FoundColumn {
  readonly column: Column
  readonly number: number
  /** The sequence that numbers it. */
  readonly sequence: Sequence | null
}

function query(scope: Scope): string {
  return `SELECT a.attrelid, rn.nspname AS home, r.relname, a.attnum, a.attname, a.atttypid, format_type(a.atttypid, a.atttypmod) AS native, a.attnotnull,
      a.attidentity, a.attgenerated, a.attislocal, pg_get_expr(d.adbin, d.adrelid) AS expression,
      col_description(a.attrelid, a.attnum) AS comment, t.typname,
      CASE WHEN a.attcollation <> t.typcollation THEN ${printedName(scope, 'cn.nspname', 'co.collname')} END AS collation,
      coalesce(co.collisdeterministic, true) AS deterministic, ${grantsOf('a.attacl', 'c', '0')} AS grants,
      CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END END AS storage,
      CASE to_jsonb(a) ->> 'attcompression' WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
      CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END AS statistics, (SELECT string_agg(o, ', ') FROM unnest(a.attoptions) AS o WHERE o LIKE 'n\\_distinct%') AS settings,
      EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)) AS inkey,
      k.conname AS filled_by, k.conislocal AS filled_here, k.connoinherit AS filled_alone, k.convalidated AS filled, obj_description(k.oid, 'pg_constraint') AS filled_why
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class r ON r.oid = a.attrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_constraint k ON k.contype = 'n' AND k.conrelid = a.attrelid AND k.conkey[1] = a.attnum
    LEFT JOIN pg_collation co ON co.oid = a.attcollation LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN ${tableIds(scope)}
    ORDER BY a.attrelid, a.attnum`
}

interface Numbered {
  readonly sequence: Sequence
  readonly identity: Column['identity']
}

/** Finds the sequence that numbers a column. */
type Numbering = (r: Row) => Numbered | null

const drawn = (r: Row) => (r.expression === null ? null : sequenceOfDefault(String(r.expression)))

/** How many columns' defaults draw from a sequence, by its printed name. */
function drawers(rows: readonly Row[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const r of rows) {
    const name = drawn(r)
    if (name !== null) found.set(name, (found.get(name) ?? 0) + 1)
  }
  return found
}

/**
 * A sequence numbers a column when the column owns it, or when nobody owns it, it lies in the table's schema and only this column's default draws from it (columns
 * that inherit the default not counted). For all others that share it, it stays a sequence, and the defaults stay expressions.
 */
function numberings(rows: readonly Row[], all: readonly Sequence[]): Numbering {
  const users = drawers(rows.filter((r) => r.attislocal === true))
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
    const near = sequence.name.schema === r.home
    const alone = near && sequence.owner === null && users.get(name) === 1 && r.attislocal === true
    return owns(sequence) || alone ? { sequence, identity: 'auto' } : null
  }
}

/**
 * A table has one counter: that of the key, or of the first column that is numbered. Further columns with nextval keep it as an
 * expression, and their sequences go along by themselves.
 */
function oneByTable(rows: readonly Row[], numbering: Numbering): ReadonlyMap<Row, Numbered> {
  const found = new Map<Row, Numbered>()
  for (const own of Map.groupBy(rows, (r) => r.attrelid).values()) {
    const numbered = own.flatMap((r) => {
      const by = numbering(r)
      return by === null ? [] : [{ r, by }]
    })
    const main = numbered.find((n) => n.r.inkey === true) ?? numbered[0]
    for (const n of numbered) if (n === main || n.by.identity !== 'auto') found.set(n.r, n.by)
  }
  return found
}

/** Texts that the server makes of naru's own spelling of the current moment. */
const USUAL = new Set(['CURRENT_TIMESTAMP', 'CURRENT_DATE', 'LOCALTIME', 'CURRENT_TIME'])

function spelled(sql: string, type: ColumnType): Column['default'] {
  const found = parseDefault(sql, type.logical)
  return found?.kind === 'now' && !USUAL.has(sql) ? { ...found, sql } : found
}

/** PostgreSQL 18 keeps NOT NULL as a constraint; what is usual of it is not told. */
function notNullOf(r: Row): NotNull | undefined {
  if (r.filled_by === null) return undefined
  const name = String(r.filled_by)
  const found = {
    ...(r.filled_here === true && name !== usualNotNull(String(r.relname), String(r.attname)) && { name }),
    ...(r.filled_alone === true && { noInherit: true }),
    ...(r.filled === false && { notValid: true }),
    ...optional('comment', r.filled_why),
  }
  return Object.keys(found).length === 0 ? undefined : found
}

function toColumn(r: Row, type: ColumnType, numbering: Numbered | null): Column {
  const generated = r.attgenerated === '' ? null : { expression: String(r.expression), stored: r.attgenerated === 's' }
  const plain = generated === null && numbering === null && r.expression !== null
  const given = plain ? spelled(String(r.expression), type) : undefined
  const { storage, compression, statistics, settings } = r
  const notNull = notNullOf(r)
  const inherited = r.attislocal === true ? null : 'true'
  const options = filled({ storage, compression, statistics, settings, inherited })
  return {
    name: String(r.attname),
    type,
    nullable: r.attnotnull !== true || r.filled === false,
    ...(notNull !== undefined && { notNull }),
    ...(given !== undefined && { default: given }),
    ...(numbering !== null && { identity: numbering.identity, sequence: numbering.sequence.name }),
    ...(generated !== null && { generated }),
    ...optional('comment', r.comment),
    ...optional('collation', r.collation),
    ...optionalList('grants', r.grants),
    ...(options !== undefined && { options }),
    ...((r.typname === 'citext' || r.deterministic === false) && { caseInsensitive: true }),
  }
}

export interface FoundColumns {
  /** By table id, in order. */
  readonly byTable: ReadonlyMap<number, readonly FoundColumn[]>
  /** Printed names of sequences that defaults draw from which stay expressions: they must be there before the tables. */
  readonly drawnByDefaults: ReadonlySet<string>
}

/** Columns of all tables. */
export async function columns(
  session: Asked,
  scope: Scope,
  types: TypeLookup,
  all: readonly Sequence[],
): Promise<FoundColumns> {
  const rows = await session.query(query(scope))
  const numbered = oneByTable(rows, numberings(rows, all))
  const found = new Map<number, FoundColumn[]>()
  for (const r of rows) {
    const own = numbered.get(r) ?? null
    const column = toColumn(r, types(Number(r.atttypid), String(r.native)), own)
    const table = Number(r.attrelid)
    found.set(table, [
      ...(found.get(table) ?? []),
      { column, number: Number(r.attnum), sequence: own?.sequence ?? null },
    ])
  }
  const left = rows.filter((r) => !numbered.has(r)).flatMap((r) => drawn(r) ?? [])
  return { byTable: found, drawnByDefaults: new Set(left) }
}
