/** Keys, checks, foreign keys and indexes: made, dropped, altered in place. */
import type { Aspect, Hazard, Step } from '../../../core/change.ts'
import {
  type Check,
  displayName,
  type ForeignKey,
  type Index,
  type KeyConstraint,
  type ObjectName,
  type Table,
} from '../../../core/schema.ts'
import { builtTail, commentOn, deferral, foreignKeySql, indexExtras, keyTail } from '../ddl-finish.ts'
import { checkClause } from '../ddl-table.ts'
import { constraintExists, isPartitioned, relationExists } from '../ddl-text.ts'
import { qualified, quote } from '../names.ts'
import { sizeOf, step } from './reference.ts'

/** How a part is made on a table. */
export interface PartContext {
  /** The table as it is now; null where it is new and empty. */
  readonly before: Table | null
  readonly table: Table
  readonly online: boolean
}

const constraint = (table: ObjectName, name: string) => `CONSTRAINT ${quote(name)} ON ${qualified(table)}`
const label = (kind: string, table: ObjectName, name: string) => `${kind} ${displayName(table)}.${name}`
const outside = { inTransaction: false }

function fails(c: PartContext, what: string, counted: string, count: string | null): Hazard[] {
  if (c.before === null) return []
  return [{ kind: 'may-fail', what, ...sizeOf(c.before), counted, ...(count !== null && { count }) }]
}

function blocks(c: PartContext, what: string): Hazard[] {
  return c.before === null ? [] : [{ kind: 'blocking', what, ...sizeOf(c.before) }]
}

/** Old names of columns, for queries on the unchanged schema; null where one is new. */
function oldColumns(c: PartContext, columns: readonly string[], renames: ReadonlyMap<string, string>): string[] | null {
  const old = columns.map((name) => [...renames].find(([, to]) => to === name)?.[0] ?? name)
  return c.before !== null && old.every((name) => c.before!.columns.some((k) => k.name === name)) ? old : null
}

function duplicates(
  c: PartContext,
  columns: readonly string[],
  renames: ReadonlyMap<string, string>,
  together: boolean,
  where = '',
): string | null {
  const old = oldColumns(c, columns, renames)
  if (old === null) return null
  const list = old.map(quote).join(', ')
  const nulls = together
    ? ''
    : `${where === '' ? ' WHERE ' : ' AND '}${old.map((o) => `${quote(o)} IS NOT NULL`).join(' AND ')}`
  return `SELECT coalesce(sum(d.n - 1), 0)::bigint AS n FROM (SELECT count(*) AS n FROM ${qualified(c.before!.name)}${where}${nulls} GROUP BY ${list} HAVING count(*) > 1) AS d`
}

/** What stands in CREATE TABLE or after ADD. */
export function keyClause(key: KeyConstraint, primary: boolean): string {
  const together = key.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''
  const { with: settings, tablespace } = key.options ?? {}
  const storage = `${settings === undefined ? '' : ` WITH (${settings})`}${tablespace === undefined ? '' : ` USING INDEX TABLESPACE ${quote(tablespace)}`}`
  return `CONSTRAINT ${quote(key.name)} ${primary ? 'PRIMARY KEY' : 'UNIQUE'}${together} ${keyTail(key)}${storage}${deferral(key)}`
}

/** COMMENT ON CONSTRAINT. */
export function constraintComment(table: ObjectName, c: { readonly name: string; readonly comment?: string }): Step[] {
  return commentOn(constraint(table, c.name), c.comment).map((sql) =>
    step(sql, 'the comment', label('constraint', table, c.name)),
  )
}

/** Adds a primary key or unique constraint. */
export function addKey(
  c: PartContext,
  key: KeyConstraint,
  primary: boolean,
  renames: ReadonlyMap<string, string>,
): Step[] {
  const { table } = c
  const object = label(primary ? 'primary key' : 'unique', table.name, key.name)
  const what = `${table.name.name} (${key.columns.join(', ')}) becomes unique`
  const hazards = fails(
    c,
    what,
    'rows too many',
    duplicates(c, key.columns, renames, primary || key.nullsNotDistinct === true),
  )
  const add = (clause: string) => `ALTER TABLE ${qualified(table.name)} ADD ${clause}`
  const comment = constraintComment(table.name, key)
  if (!c.online || isPartitioned(table))
    return [
      step(add(keyClause(key, primary)), 'a key', object, {
        hazards: [...hazards, ...blocks(c, `nobody writes ${table.name.name} while the index is built`)],
      }),
      ...comment,
    ]
  const together = key.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''
  const index = `CREATE UNIQUE INDEX CONCURRENTLY ${quote(key.name)} ON ${qualified(table.name)} ${keyTail(key)}${together}`
  const done = relationExists({ ...table.name, name: key.name }, ['i'])
  return [
    step(index, 'built while others read and write', object, { ...outside, hazards, done }),
    step(
      add(
        `CONSTRAINT ${quote(key.name)} ${primary ? 'PRIMARY KEY' : 'UNIQUE'} USING INDEX ${quote(key.name)}${deferral(key)}`,
      ),
      'its index is built',
      object,
      { ...outside, done: constraintExists(table.name, key.name) },
    ),
    ...comment,
  ]
}

/** Adds a check, unless its table was made with it. */
export function addCheck(c: PartContext, check: Check): Step[] {
  const { table } = c
  const object = label('check', table.name, check.name)
  const add = `ALTER TABLE ${qualified(table.name)} ADD ${checkClause(check)}`
  const same = c.before !== null && c.before.columns.length > 0
  const count = same ? `SELECT count(*) AS n FROM ${qualified(c.before!.name)} WHERE NOT (${check.expression})` : null
  const hazards =
    check.notValid || check.notEnforced
      ? []
      : fails(
          c,
          `${table.name.name} holds ${check.expression}`,
          'rows that break it',
          mentionsNew(c, check) ? null : count,
        )
  const comment = constraintComment(table.name, check)
  if (c.online && !check.notValid && !check.notEnforced)
    return [
      step(`${add} NOT VALID`, 'holds for new rows', object, {
        ...outside,
        done: constraintExists(table.name, check.name),
      }),
      validate(c, check.name, object, hazards),
      ...comment,
    ]
  return [
    step(
      check.notValid ? `${add} NOT VALID` : add,
      check.notValid ? 'not valid for older rows there either' : 'a check',
      object,
      {
        hazards: check.notValid
          ? []
          : [...hazards, ...blocks(c, `nobody writes ${table.name.name} while its rows are looked at`)],
      },
    ),
    ...comment,
  ]
}

/** Whether it names a column that is not there yet: then nothing can be counted before. */
function mentionsNew(c: PartContext, check: Check): boolean {
  const old = new Set(c.before?.columns.map((k) => k.name))
  return c.table.columns.some((k) => !old.has(k.name) && check.expression.includes(k.name))
}

/** VALIDATE CONSTRAINT. */
function validate(c: PartContext, name: string, object: string, hazards: readonly Hazard[]): Step {
  return step(
    `ALTER TABLE ${qualified(c.table.name)} VALIDATE CONSTRAINT ${quote(name)}`,
    'holds for all rows; others read and write meanwhile',
    object,
    {
      ...(c.online && outside),
      hazards,
      ...(c.online && { done: constraintExists(c.table.name, name, true) }),
    },
  )
}

/** Query for rows without a counterpart, on the unchanged schema. */
function orphans(c: PartContext, f: ForeignKey): string | null {
  if (c.before === null || !f.columns.every((name) => c.before!.columns.some((k) => k.name === name))) return null
  const joined = f.columns.map((name, i) => `p.${quote(f.referencedColumns[i])} = c.${quote(name)}`).join(' AND ')
  const filled = f.columns.map((name) => `c.${quote(name)} IS NOT NULL`).join(' AND ')
  return `SELECT count(*) AS n FROM ${qualified(c.before.name)} AS c WHERE ${filled} AND NOT EXISTS (SELECT FROM ${qualified(f.references)} AS p WHERE ${joined})`
}

/** Adds a foreign key. `countable`: the table that it points to is there already under that name, with these columns. */
export function addForeignKey(c: PartContext, f: ForeignKey, countable: boolean): Step[] {
  const { table } = c
  const object = label('foreign key', table.name, f.name)
  const hazards =
    f.notValid || f.notEnforced
      ? []
      : fails(
          c,
          `${table.name.name} (${f.columns.join(', ')}) points to ${f.references.name}`,
          'rows without a counterpart',
          countable ? orphans(c, f) : null,
        )
  const comment = constraintComment(table.name, f)
  if (c.online && c.before !== null && !isPartitioned(table) && !f.notValid) {
    return [
      step(foreignKeySql(table, f, true), 'holds for new rows', object, {
        ...outside,
        done: constraintExists(table.name, f.name),
      }),
      validate(c, f.name, object, hazards),
      ...comment,
    ]
  }
  const unchecked = f.notValid === true
  const both = `nobody writes ${table.name.name} and ${f.references.name} while the rows are looked at`
  return [
    step(foreignKeySql(table, f, unchecked), 'a foreign key', object, {
      hazards: [...hazards, ...(unchecked ? [] : blocks(c, both))],
    }),
    ...comment,
  ]
}

/** CREATE INDEX. */
export function addIndex(c: PartContext, index: Index, renames: ReadonlyMap<string, string>): Step[] {
  const { table } = c
  const name = { ...table.name, name: index.name }
  const online = c.online && c.before !== null && !isPartitioned(table)
  const sql = `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${online ? 'CONCURRENTLY ' : ''}${quote(index.name)} ON ${qualified(table.name)} ${builtTail(index)}`
  const columns = index.parts.flatMap((p) => (p.column === undefined ? [] : [p.column]))
  const countable = index.unique && columns.length === index.parts.length && index.where === undefined
  const count = countable ? duplicates(c, columns, renames, index.nullsNotDistinct === true) : null
  const unique = index.unique
    ? fails(c, `${table.name.name} (${columns.join(', ')}) becomes unique`, 'rows too many', count)
    : []
  const object = label('index', table.name, index.name)
  const hazards = [...unique, ...(online ? [] : blocks(c, `nobody writes ${table.name.name} while the index is built`))]
  const validIndex = `SELECT 1 AS there FROM pg_index WHERE indisvalid AND indexrelid = to_regclass('${qualified(name).replaceAll("'", "''")}')`
  return [
    step(sql, 'an index', object, { hazards, ...(online && { ...outside, done: validIndex }) }),
    ...indexExtras(name, index).map((extra) => step(extra, 'with it', object)),
  ]
}

/** DROP INDEX. */
export function dropIndex(table: Table, index: Index, online: boolean, why: string): Step {
  const name = { ...table.name, name: index.name }
  const apart = online && !isPartitioned(table)
  return step(
    `DROP INDEX ${apart ? 'CONCURRENTLY ' : ''}${apart ? 'IF EXISTS ' : ''}${qualified(name)}`,
    why,
    label('index', table.name, index.name),
    apart ? outside : {},
  )
}

/** DROP CONSTRAINT. */
export function dropConstraint(table: Table, kind: string, name: string, why: string): Step {
  return step(`ALTER TABLE ${qualified(table.name)} DROP CONSTRAINT ${quote(name)}`, why, label(kind, table.name, name))
}

const IN_PLACE = new Set(['name', 'comment'])

/** Whether a part becomes the other without being made anew. */
export function inPlace(part: string, aspects: readonly Aspect[]): boolean {
  return aspects.every((a) => {
    if (IN_PLACE.has(a.name)) return true
    if (part === 'foreign key')
      return /^(deferrable|initially deferred|initiallyDeferred)$/.test(a.name) || becomesValid(a)
    return part === 'check' && becomesValid(a)
  })
}

const becomesValid = (a: Aspect) =>
  /^(not valid|notValid)$/.test(a.name) && a.from !== null && (a.to === null || a.to === 'no')

/** Steps for a part that stays: validated, deferred otherwise, comment. Its name is changed elsewhere. */
export function alterPart(
  c: PartContext,
  part: 'key' | 'check' | 'foreign key' | 'index',
  to: KeyConstraint | Check | ForeignKey | Index,
  aspects: readonly Aspect[],
): Step[] {
  const { table } = c
  const object = label(part, table.name, to.name)
  const steps: Step[] = []
  if (part === 'foreign key' && aspects.some((a) => /deferr/i.test(a.name))) {
    const f = to as ForeignKey
    steps.push(
      step(
        `ALTER TABLE ${qualified(table.name)} ALTER CONSTRAINT ${quote(f.name)}${f.deferrable ? ' DEFERRABLE' : ' NOT DEFERRABLE'}${f.initiallyDeferred ? ' INITIALLY DEFERRED' : ' INITIALLY IMMEDIATE'}`,
        'when it is checked',
        object,
      ),
    )
  }
  if (aspects.some(becomesValid)) {
    const count = part === 'foreign key' ? orphans(c, to as ForeignKey) : null
    steps.push(validate(c, to.name, object, fails(c, `${object} holds for all rows`, 'rows that break it', count)))
  }
  if (aspects.some((a) => a.name === 'comment')) {
    const on =
      part === 'index' ? `INDEX ${qualified({ ...table.name, name: to.name })}` : constraint(table.name, to.name)
    steps.push(
      step(to.comment === undefined ? `COMMENT ON ${on} IS NULL` : commentOn(on, to.comment)[0], 'the comment', object),
    )
  }
  return steps
}
