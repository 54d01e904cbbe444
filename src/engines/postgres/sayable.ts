/**
 * A schema of a newer server for an older one: what PostgreSQL before 18 has no words for becomes what comes nearest, or stays behind.
 * Source: the release notes of 17 (MAINTAIN) and 18 (virtual generated columns, NOT ENFORCED, temporal keys, NOT NULL as a constraint).
 */
import type { Sayable, Unsaid } from '../../core/engine.ts'
import type { Check, Column, ForeignKey, OtherObject, Schema, Table } from '../../core/schema.ts'
import { foreignKeySql } from './ddl-foreign-key.ts'
import { isUnchecked, NOT_NULL_NAMED, notNullName } from './ddl-not-null.ts'
import { checkClause } from './ddl-table.ts'
import { qualified, quote } from './names.ts'

interface Telling {
  /** For people: PostgreSQL 15. */
  readonly server: string
  tell(table: Table, unsaid: Omit<Unsaid, 'table'>): void
}

/** See `Dialect.sayable`. */
export function sayable(source: Schema, target: Schema): Sayable {
  const [theirs, ours] = [source, target].map((s) => Number.parseInt(s.version, 10))
  const unsaid: Unsaid[] = []
  const unsayable = new Map<OtherObject, string>()
  if (!(ours < NOT_NULL_NAMED && theirs > ours)) return { schema: source, unsaid, unsayable }
  const t: Telling = {
    server: `PostgreSQL ${ours}`,
    tell: (table, what) => unsaid.push({ ...what, table: table.name }),
  }
  const others = ours < 17 ? source.others.map(withoutMaintain) : source.others
  for (const o of others) {
    if (isTemporal(o)) unsayable.set(o, `${t.server} has no keys over periods (WITHOUT OVERLAPS, PERIOD)`)
  }
  const tables = source.tables.map((table) => tableFor(ours < 17 ? withoutMaintain(table) : table, t))
  return { schema: { ...source, tables, others }, unsaid, unsayable }
}

const isTemporal = (o: OtherObject) =>
  (o.kind === 'exclusion' && / (PRIMARY KEY|UNIQUE) \(.* WITHOUT OVERLAPS\)/s.test(o.definition)) ||
  (o.kind === 'other' && /^ALTER TABLE .* FOREIGN KEY \(.*PERIOD .*\) REFERENCES /s.test(o.definition))

/** The same privileges without MAINTAIN, which came with 17. */
function withoutMaintain<T extends Table | OtherObject>(owned: T): T {
  const less = (line: string) => line.replace(/\bMAINTAIN, |, MAINTAIN\b(?= )/, '')
  const given = 'kind' in owned && owned.name.name.startsWith('default privileges')
  const definition = given ? { definition: less((owned as OtherObject).definition) } : {}
  const grants = owned.grants?.filter((g) => !/^MAINTAIN TO /.test(g)).map(less)
  return { ...owned, ...definition, ...(grants && { grants }) }
}

function tableFor(table: Table, t: Telling): Table {
  const columns = table.columns.map((c) => columnFor(c, table, t))
  const unchecked = table.columns.filter(isUnchecked).map((c) => uncheckedFor(c, table, t))
  const checks = table.checks.filter((c) => !(c.notEnforced && isUnenforced(table, c, t)))
  const foreignKeys = table.foreignKeys.filter((f) => !(f.notEnforced && isUnenforced(table, f, t)))
  return { ...table, columns, checks: [...checks, ...unchecked], foreignKeys }
}

function columnFor(column: Column, table: Table, t: Telling): Column {
  const { notNull, ...rest } = column
  const on = { kind: 'NOT NULL', name: column.name }
  if (notNull?.noInherit)
    t.tell(table, { ...on, outcome: 'approximated', why: `${t.server} has it for all tables that inherit, too` })
  if (notNull?.comment !== undefined)
    t.tell(table, { ...on, outcome: 'left', why: `${t.server} has no comment on it: ${notNull.comment}` })
  if (column.generated === undefined || column.generated.stored) return rest
  t.tell(table, {
    kind: 'generated column',
    name: column.name,
    outcome: 'approximated',
    why: `it is stored there, not computed when read: ${t.server} has no virtual ones`,
  })
  return { ...rest, generated: { ...column.generated, stored: true } }
}

/** A check says the same of new rows, and asks nothing of those from before. */
function uncheckedFor(column: Column, table: Table, t: Telling): Check {
  t.tell(table, {
    kind: 'NOT NULL',
    name: column.name,
    outcome: 'approximated',
    why: 'a check that rows from before need not pass stands for it',
  })
  return { name: notNullName(table.name, column), expression: `${quote(column.name)} IS NOT NULL`, notValid: true }
}

function isUnenforced(table: Table, c: Check | ForeignKey, t: Telling): boolean {
  const check = 'expression' in c
  const enforced = { ...c, notEnforced: false }
  t.tell(table, {
    kind: check ? 'CHECK' : 'foreign key',
    name: c.name,
    outcome: 'left',
    why: `it is not enforced, and ${t.server} enforces all of them`,
    stub: check
      ? `ALTER TABLE ${qualified(table.name)} ADD ${checkClause(enforced as Check)} NOT VALID;`
      : `${foreignKeySql(table, enforced as ForeignKey, true)};`,
  })
  return true
}
