/** Sequences: who owns them, what they hand out next, and how they differ from the plain kind. */

import type { ObjectName } from '../../../core/schema.ts'
import { qualified } from '../names.ts'
import type { Asked } from './present.ts'
import { among, grantsOf, json, notOfExtension, printedName, type Scope, tableIds } from './scope.ts'

export interface Sequence {
  readonly oid: number
  readonly name: ObjectName
  /** As nextval('…') names it when the inspected schema is the search path. */
  readonly printed: string
  readonly type: string
  readonly start: bigint
  readonly increment: bigint
  readonly min: bigint
  readonly max: bigint
  readonly cache: bigint
  readonly cycle: boolean
  /** The column that owns it: attached by serial or OWNED BY ('a') or identity ('i'). */
  readonly owner: { readonly table: number; readonly column: number } | null
  /** What nextval gives next; null where the user may not read it. */
  readonly next: bigint | null
  /** Name of the owning column's table and the column. */
  readonly ownedBy: readonly [string, string] | null
  readonly unlogged: boolean
  readonly role: string
  readonly grants: readonly string[] | null
  readonly comment: string | null
}

function query(scope: Scope): string {
  return `SELECT c.oid, n.nspname, c.relname, ${printedName(scope, 'n.nspname', 'c.relname')} AS printed,
      format_type(s.seqtypid, NULL) AS type, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
      d.refobjid, d.refobjsubid, pg_get_userbyid(c.relowner) AS role, ${grantsOf('c.relacl', 's', 'c.relowner')} AS grants, c.relpersistence,
      obj_description(c.oid, 'pg_class') AS comment, oc.relname AS ownertable, oa.attname AS ownercolumn, has_sequence_privilege(c.oid, 'SELECT') AS readable
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
      AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_class oc ON oc.oid = d.refobjid LEFT JOIN pg_attribute oa ON oa.attrelid = d.refobjid AND oa.attnum = d.refobjsubid
    WHERE (${among(scope, 'n.nspname')} OR d.refobjid IN ${tableIds(scope)}) AND ${notOfExtension('pg_class', 'c.oid')}
    ORDER BY n.nspname, c.relname`
}

type States = ReadonlyMap<number, { readonly last: bigint; readonly called: boolean }>

async function states(session: Asked, readable: readonly { oid: number; name: ObjectName }[]): Promise<States> {
  if (readable.length === 0) return new Map()
  const parts = readable.map((s) => `SELECT ${s.oid}::oid AS oid, last_value, is_called FROM ${qualified(s.name)}`)
  const rows = await session.query(parts.join(' UNION ALL '))
  return new Map(rows.map((r) => [Number(r.oid), { last: r.last_value as bigint, called: r.is_called === true }]))
}

/** All sequences of the schema, and those that its tables own elsewhere. */
export async function sequences(session: Asked, scope: Scope): Promise<Sequence[]> {
  const rows = await session.query(query(scope))
  const named = rows.map((r) => ({
    oid: Number(r.oid),
    name: { schema: String(r.nspname), name: String(r.relname) },
    readable: r.readable === true,
  }))
  const state = await states(
    session,
    named.filter((s) => s.readable),
  )
  return rows.map((r, i) => {
    const now = state.get(named[i].oid)
    const increment = r.seqincrement as bigint
    return {
      oid: named[i].oid,
      name: named[i].name,
      printed: String(r.printed),
      type: String(r.type),
      start: r.seqstart as bigint,
      increment,
      min: r.seqmin as bigint,
      max: r.seqmax as bigint,
      cache: r.seqcache as bigint,
      cycle: r.seqcycle === true,
      owner: r.refobjid === null ? null : { table: Number(r.refobjid), column: Number(r.refobjsubid) },
      ownedBy: r.ownertable === null ? null : [String(r.ownertable), String(r.ownercolumn)],
      unlogged: r.relpersistence === 'u',
      role: String(r.role),
      grants: r.grants === null ? null : json<string[]>(r.grants),
      comment: r.comment === null ? null : String(r.comment),
      next: now === undefined ? null : now.called ? now.last + increment : now.last,
    }
  })
}

const BITS: Readonly<Record<string, bigint>> = { smallint: 16n, integer: 32n, bigint: 64n }

/** The clauses of CREATE SEQUENCE that differ from what it takes for a column of a type. `''` for a plain one. */
export function sequenceClauses(s: Sequence, columnType: string): string {
  const top = (1n << ((BITS[s.type] ?? 64n) - 1n)) - 1n
  const up = s.increment > 0n
  const min = up ? 1n : -top - 1n
  const max = up ? top : -1n
  return [
    ...(s.type === (BITS[columnType] === undefined ? 'bigint' : columnType) ? [] : [`AS ${s.type}`]),
    ...(s.increment === 1n ? [] : [`INCREMENT BY ${s.increment}`]),
    ...(s.min === min ? [] : [`MINVALUE ${s.min}`]),
    ...(s.max === max ? [] : [`MAXVALUE ${s.max}`]),
    ...(s.start === (up ? s.min : s.max) ? [] : [`START WITH ${s.start}`]),
    ...(s.cache === 1n ? [] : [`CACHE ${s.cache}`]),
    ...(s.cycle ? ['CYCLE'] : []),
  ].join(' ')
}
