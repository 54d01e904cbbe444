/** Keys, foreign keys, checks and exclusion constraints of the inspected tables. */

import type { Row } from '../../../core/engine.ts'
import type { Check, ForeignKey, KeyConstraint, OtherObject, ReferentialAction } from '../../../core/schema.ts'
import { qualified, quote } from '../names.ts'
import type { FoundObject } from './others.ts'
import type { Asked } from './present.ts'
import { filled, json, optional, type Scope, tableIds } from './scope.ts'

/** The constraints of one table. */
export interface Constraints {
  primaryKey?: KeyConstraint
  readonly uniques: KeyConstraint[]
  readonly foreignKeys: ForeignKey[]
  readonly checks: Check[]
}

function columnNames(table: string, numbers: string): string {
  return `(SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(${numbers}) WITH ORDINALITY AS k(att, n) JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = k.att)`
}

/** Columns that came with a later version are read through jsonb, so that one statement serves all. */
function query(scope: Scope): string {
  return `SELECT con.conrelid, con.conname, con.contype, ${columnNames('con.conrelid', 'con.conkey')} AS columns,
      rn.nspname AS refschema, r.relname AS reftable, ${columnNames('con.confrelid', 'con.confkey')} AS refcolumns,
      con.confupdtype, con.confdeltype, con.confmatchtype, con.condeferrable, con.condeferred, con.convalidated,
      pg_get_expr(con.conbin, con.conrelid) AS expression, pg_get_constraintdef(con.oid) AS definition,
      obj_description(con.oid, 'pg_constraint') AS comment, obj_description(i.indexrelid, 'pg_class') AS index_comment, tn.nspname, t.relname,
      coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS together,
      coalesce((to_jsonb(con) ->> 'conperiod')::boolean, false) AS period,
      coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true) AS enforced, con.connoinherit, con.conislocal, con.oid,
      (SELECT json_agg(a.attname ORDER BY k.n) FROM jsonb_array_elements_text(CASE jsonb_typeof(to_jsonb(con) -> 'confdelsetcols') WHEN 'array' THEN to_jsonb(con) -> 'confdelsetcols' END)
        WITH ORDINALITY AS k(att, n) JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.att::int) AS setcolumns,
      array_to_string(ic.reloptions, ', ') AS settings, (SELECT spcname FROM pg_tablespace s WHERE s.oid = ic.reltablespace) AS tablespace,
      (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY AS k(att, n)
        JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.att WHERE k.n > i.indnkeyatts) AS include
    FROM pg_constraint con JOIN pg_class t ON t.oid = con.conrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
    LEFT JOIN pg_class r ON r.oid = con.confrelid LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
    LEFT JOIN pg_index i ON i.indexrelid = con.conindid AND con.contype IN ('p', 'u')
    LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
    WHERE con.conrelid IN ${tableIds(scope)} AND con.contype IN ('p', 'u', 'f', 'c', 'x') AND con.conparentid = 0
    ORDER BY con.conrelid, con.conname`
}

function key(r: Row): KeyConstraint {
  const options = filled({ with: r.settings, tablespace: r.tablespace, 'comment on index': r.index_comment })
  return {
    name: String(r.conname),
    columns: json(r.columns),
    ...(r.condeferrable === true && { deferrable: true }),
    ...(r.condeferred === true && { initiallyDeferred: true }),
    ...(r.together === true && { nullsNotDistinct: true }),
    ...(r.include !== null && { include: json<string[]>(r.include) }),
    ...optional('comment', r.comment),
    ...(options !== undefined && { options }),
  }
}

/** What the letters of `pg_constraint` mean. */
export const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
}

function foreignKey(r: Row): ForeignKey {
  return {
    name: String(r.conname),
    columns: json(r.columns),
    references: { schema: String(r.refschema), name: String(r.reftable) },
    referencedColumns: json(r.refcolumns),
    onUpdate: ACTIONS[String(r.confupdtype)],
    onDelete: ACTIONS[String(r.confdeltype)],
    ...(r.condeferrable === true && { deferrable: true }),
    ...(r.condeferred === true && { initiallyDeferred: true }),
    ...(r.convalidated !== true && { notValid: true }),
    ...(r.confmatchtype === 'f' && { match: 'full' as const }),
    ...(r.setcolumns !== null && { setColumns: json<string[]>(r.setcolumns) }),
    ...(r.enforced === false && { notEnforced: true }),
    ...optional('comment', r.comment),
  }
}

function check(r: Row): Check {
  return {
    name: String(r.conname),
    expression: String(r.expression),
    ...(r.convalidated !== true && { notValid: true }),
    ...(r.connoinherit === true && { noInherit: true }),
    ...(r.conislocal !== true && { inherited: true }),
    ...(r.enforced === false && { notEnforced: true }),
    ...optional('comment', r.comment),
  }
}

function exclusion(r: Row): FoundObject {
  const table = { schema: String(r.nspname), name: String(r.relname) }
  const name = String(r.conname)
  const object: OtherObject = {
    kind: r.contype === 'f' ? 'other' : 'exclusion',
    name: { schema: table.schema, name },
    table,
    definition: `ALTER TABLE ${qualified(table)} ADD CONSTRAINT ${quote(name)} ${r.definition}`,
    details: { reference: `CONSTRAINT ${quote(name)} ON ${qualified(table)}` },
    ...optional('comment', r.comment),
  }
  return { object, catalogue: 'pg_constraint', id: Number(r.oid) }
}

/** Constraints by table id, and those that have no place in the model (EXCLUDE, WITHOUT OVERLAPS, PERIOD). */
export async function constraints(
  session: Asked,
  scope: Scope,
): Promise<{ byTable: Map<number, Constraints>; others: FoundObject[] }> {
  const byTable = new Map<number, Constraints>()
  const others: FoundObject[] = []
  for (const r of await session.query(query(scope))) {
    const id = Number(r.conrelid)
    const own: Constraints = byTable.get(id) ?? { uniques: [], foreignKeys: [], checks: [] }
    byTable.set(id, own)
    if (r.contype === 'x' || r.period === true) others.push(exclusion(r))
    else if (r.contype === 'p') own.primaryKey = key(r)
    else if (r.contype === 'u') own.uniques.push(key(r))
    else if (r.contype === 'f') own.foreignKeys.push(foreignKey(r))
    else {
      own.checks.push(check(r))
    }
  }
  return { byTable, others }
}
