/** Changing single rows of tables in use. */
import type { NaruError } from '../../core/error.ts'
import type { MendSql, Referrer, Refusal, Stage, Surroundings, TriggersAside } from '../../core/mend.ts'
import type { Column, Table } from '../../core/schema.ts'
import { nameLiteral } from './ddl-text.ts'
import { ACTIONS } from './inspect/constraints.ts'
import { keyLiteral, tableColumn } from './key-sql.ts'
import { qualified, quote } from './names.ts'
import { fromSql } from './select.ts'
import type { Session } from './session.ts'
import { textLiteral } from './values.ts'

function stage(table: Table, columns: readonly Column[], n: number): Stage {
  const name = { schema: 'pg_temp', name: `naru_change_${n}` }
  const list = columns.map((c) => tableColumn(table, c.name)).join(', ')
  return {
    table: { ...table, name, columns },
    create: `CREATE TEMPORARY TABLE ${quote(name.name)} AS SELECT ${list} FROM ${fromSql(table)} WHERE false`,
    empty: `TRUNCATE ${qualified(name)}`,
    drop: `DROP TABLE IF EXISTS ${qualified(name)}`,
  }
}

/** SQLSTATE classes 22 and 23 are about values; 44 is a view's check, P0001 what a trigger raises. */
function refusal({ code, details }: NaruError): Refusal | null {
  const state = String(details.sqlstate ?? '')
  if (state === '23505' || state === '23P01') return 'unique'
  if (state === '23503') return 'reference'
  return code === 'ROW_REFUSED' || /^(22|23|44|54000|P0001|428C9)/.test(state) ? 'row' : null
}

/** How PostgreSQL changes rows. */
export const mend: MendSql = {
  session: [],
  // A deferred constraint would only be heard of at the end, and would then take the whole chunk with it.
  begin: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET CONSTRAINTS ALL IMMEDIATE',
  deferral: {
    begin: 'SET CONSTRAINTS ALL DEFERRED',
    end: 'SET CONSTRAINTS ALL IMMEDIATE',
    waits: (key) => key.deferrable === true,
  },
  keys(table, columns, keys) {
    const names = columns.map((c) => tableColumn(table, c.name))
    const rows = keys.map((key) => columns.map((c, i) => keyLiteral(key[i] ?? null, c)))
    if (columns.length === 1) return `${names[0]} IN (${rows.map(([v]) => v).join(', ')})`
    return `(${names.join(', ')}) IN (${rows.map((r) => `(${r.join(', ')})`).join(', ')})`
  },
  spelled: ({ name }, texts) => `${quote(name)}::text COLLATE "C" IN (${texts.map(textLiteral).join(', ')})`,
  stage,
  update(table, { table: from }, { key, set, value = (_, __, fresh) => fresh }) {
    const sets = set.map((c) => `${quote(c)} = ${value(c, `naru_t.${quote(c)}`, `naru_s.${quote(c)}`)}`).join(', ')
    const on = key.map((c) => `naru_t.${quote(c)} = naru_s.${quote(c)}`).join(' AND ')
    return `UPDATE ${fromSql(table)} AS naru_t SET ${sets} FROM ${qualified(from.name)} AS naru_s WHERE ${on}`
  },
  insert: (table, columns) =>
    `INSERT INTO ${qualified(table.name)} (${columns.map(quote).join(', ')}) OVERRIDING SYSTEM VALUE`,
  remove: (table, predicate) => `DELETE FROM ${fromSql(table)} WHERE ${predicate}`,
  set: (table, assignments, predicate) => `UPDATE ${fromSql(table)} SET ${assignments} WHERE ${predicate}`,
  same: (left, right) => `${left} IS NOT DISTINCT FROM ${right}`,
  refusal,
  place: (table) => {
    const name = quote(table.name.name)
    // Places of a partitioned table are its partitions' own.
    if (table.options['partition by'] !== undefined) return null
    return {
      expression: `${name}.ctid::text`,
      shared: false,
      among: (places) => `${name}.ctid = ANY (${textLiteral(`{${places.map((p) => `"${p}"`).join(',')}}`)}::tid[])`,
    }
  },
}

/** What refers to a table, from any schema, and its triggers. */
export async function surroundings(session: Session, table: Table): Promise<Surroundings> {
  const of = `${nameLiteral(table.name)}::regclass`
  const columns = (list: string, of: string) =>
    `(SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(c.${list}) WITH ORDINALITY k(no, n) JOIN pg_attribute a ON a.attrelid = c.${of} AND a.attnum = k.no)::text`
  const keys = await session.query(
    `SELECT n.nspname, r.relname, r.relkind = 'p' AS parted, c.confdeltype AS del, c.confupdtype AS upd, ${columns('conkey', 'conrelid')} AS own, ${columns('confkey', 'confrelid')} AS theirs
      FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
      WHERE c.contype = 'f' AND c.confrelid = ${of} AND c.conparentid = 0 ORDER BY 1, 2, c.conname`,
  )
  const exclusions = await session.query(
    `SELECT json_agg(a.attname)::text AS columns, coalesce(json_agg(a.attname) FILTER (WHERE y.typtype = 'r'), '[]')::text AS ranges
      FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) JOIN pg_type y ON y.oid = a.atttypid
      WHERE c.contype = 'x' AND c.conrelid = ${of} GROUP BY c.oid ORDER BY c.oid`,
  )
  const triggers = await session.query(
    `SELECT tgname, tgenabled AS how FROM pg_trigger WHERE tgrelid = ${of} AND NOT tgisinternal ORDER BY tgname`,
  )
  const aside = triggersAside(
    table,
    triggers.map((t) => [String(t.tgname), String(t.how)] as const),
  )
  return {
    referrers: keys.map(referrer),
    triggers: aside.triggers,
    exclusions: exclusions.map((x) => ({ columns: names(x.columns), ranges: names(x.ranges) })),
    aside,
    transactional: true,
  }
}

const names = (list: unknown) => JSON.parse(String(list)) as string[]

function referrer(r: Readonly<Record<string, unknown>>): Referrer {
  const name = { schema: String(r.nspname), name: String(r.relname) }
  return {
    name,
    label: name.schema === 'public' ? name.name : `${name.schema}.${name.name}`,
    table: `${r.parted === true ? '' : 'ONLY '}${qualified(name)}`,
    columns: names(r.own),
    referencedColumns: names(r.theirs),
    onDelete: ACTIONS[String(r.del)],
    onUpdate: ACTIONS[String(r.upd)],
  }
}

const ENABLE: Readonly<Record<string, string>> = { O: 'ENABLE', R: 'ENABLE REPLICA', A: 'ENABLE ALWAYS' }

/** One by one: a trigger that was off stays off. Foreign keys are triggers of another kind, and go on being checked. */
function triggersAside(table: Table, all: readonly (readonly [name: string, how: string])[]): TriggersAside {
  const active = all.filter(([, how]) => ENABLE[how] !== undefined)
  const alter = (what: string, name: string) => `ALTER TABLE ${qualified(table.name)} ${what} TRIGGER ${quote(name)}`
  return {
    triggers: active.map(([name]) => name),
    drop: active.map(([name]) => alter('DISABLE', name)).join('; '),
    restore: active.map(([name, how]) => alter(ENABLE[how], name)).join('; '),
  }
}
