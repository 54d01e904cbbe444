/** Adding, dropping and altering columns. */
import type { Hazard, Step } from '../../../core/change.ts'
import { type Column, displayName, type ObjectName, type Table } from '../../../core/schema.ts'
import { columnExtras, columnSql, identityClause, sequenceOptions, typeSql } from '../ddl-table.ts'
import { nameLiteral } from '../ddl-text.ts'
import { defaultSql } from '../default-sql.ts'
import { qualified, quote } from '../names.ts'
import { textLiteral } from '../values.ts'
import { rewrites, typeHazards, usingSql } from './casts.ts'
import { sequenceOf } from './graph.ts'
import { attributeSteps, sizeOf, step } from './reference.ts'

/** A column of a table as it is, and as it shall be. */
export interface ColumnPair {
  readonly before: Table
  readonly table: Table
  readonly from: Column
  readonly to: Column
  /** Its default was dropped already, because something it uses was in the way. */
  readonly defaultGone: boolean
  /** Its type is made anew under the same name. */
  readonly retype: boolean
  readonly online: boolean
  /** Sequences, by name, that stay as objects of their own though their column lets go of them. */
  readonly keptSequences: ReadonlySet<string>
}

const labelOf = (table: ObjectName, column: string) => `column ${displayName(table)}.${column}`
const alterTable = (table: ObjectName, what: string) => `ALTER TABLE ${qualified(table)} ${what}`

function sequenceName(table: Table, column: Column): ObjectName {
  const name = sequenceOf(table, column)
  return { schema: table.name.schema, name: name?.name ?? `${table.name.name}_${column.name}_seq` }
}

/** CREATE SEQUENCE … for a serial column; empty for others. */
function makeSequence(table: Table, column: Column): string[] {
  if (column.identity !== 'auto') return []
  const { native } = column.type
  const { clauses } = sequenceOptions(table, column)
  const as = /^(smallint|integer)$/.test(native) && !clauses.startsWith('AS ') ? ` AS ${native}` : ''
  return [
    `CREATE SEQUENCE IF NOT EXISTS ${qualified(sequenceName(table, column))}${as}${clauses === '' ? '' : ` ${clauses}`}`,
  ]
}

function ownSequence(table: Table, column: Column): string[] {
  if (column.identity !== 'auto' || !sequenceOptions(table, column).owned) return []
  return [
    `ALTER SEQUENCE ${qualified(sequenceName(table, column))} OWNED BY ${qualified(table.name)}.${quote(column.name)}`,
  ]
}

/** The next number is one that no row has. */
function advance(table: Table, column: Column): string {
  const down = /INCREMENT BY -/.test(sequenceOptions(table, column).clauses)
  const name = quote(column.name)
  const start = `(SELECT seqstart FROM pg_sequence WHERE seqrelid = ${nameLiteral(sequenceName(table, column))}::regclass)`
  const by = `(SELECT seqincrement FROM pg_sequence WHERE seqrelid = ${nameLiteral(sequenceName(table, column))}::regclass)`
  const wanted = down ? `least(min(${name}) + ${by}, ${start})` : `greatest(max(${name}) + ${by}, ${start})`
  return `SELECT setval(${nameLiteral(sequenceName(table, column))}, coalesce(${wanted}, ${start})::bigint, false) FROM ${qualified(table.name)}`
}

/** Privileges and comment of the sequence behind a column, which lie in the table's options. */
export function sequenceExtras(before: Table | null, table: Table, column: Column): Step[] {
  const read = (t: Table | null, what: string) => t?.options[`sequence ${what} of ${column.name}`]
  const attributes = (t: Table | null) => ({
    ...(read(t, 'comment') !== undefined && { comment: read(t, 'comment') }),
    ...(read(t, 'grants') !== undefined && { grants: read(t, 'grants')!.split('; ') }),
  })
  if (column.identity === undefined) return []
  const ref = `SEQUENCE ${qualified(sequenceName(table, column))}`
  return attributeSteps(attributes(before), attributes(table), {
    ref,
    object: `sequence ${displayName(sequenceName(table, column))}`,
  })
}

const columnPlace = (table: Table, column: Column) => ({
  ref: `TABLE ${qualified(table.name)}`,
  object: labelOf(table.name, column.name),
  column: column.name,
})

const attributesOf = (c: Column) => ({
  ...(c.comment !== undefined && { comment: c.comment }),
  ...(c.grants !== undefined && { grants: c.grants }),
})

/** Comment and privileges. */
export function columnAttributes(from: Column | null, to: Column, table: Table): Step[] {
  return attributeSteps(from === null ? null : attributesOf(from), attributesOf(to), columnPlace(table, to))
}

const VOLATILE = /random|clock_timestamp|timeofday|uuid|nextval|\btxid_|statement_timestamp/

function addHazards(table: Table, column: Column): Hazard[] {
  const hazards: Hazard[] = []
  const filled = column.default !== undefined || column.identity !== undefined || column.generated !== undefined
  if (!column.nullable && !filled) {
    hazards.push({
      kind: 'may-fail',
      what: `${table.name.name}.${column.name} is NOT NULL and has no default: rows that are there have no value for it`,
      ...sizeOf(table),
      column: column.name,
      count: `SELECT count(*) AS n FROM ${qualified(table.name)}`,
      counted: 'rows without a value',
    })
  }
  const written =
    column.identity !== undefined ||
    column.generated?.stored === true ||
    column.default?.kind === 'uuid' ||
    (column.default?.kind === 'expression' && VOLATILE.test(column.default.sql))
  if (written) {
    hazards.push(
      {
        kind: 'rewrite',
        what: `each row of ${table.name.name} gets its own ${column.name}: the table is written anew`,
        ...sizeOf(table),
        column: column.name,
      },
      { kind: 'blocking', what: `nobody reads or writes ${table.name.name} meanwhile`, ...sizeOf(table) },
    )
  }
  return hazards
}

/** ADD COLUMN. `before`: the table as it is, for names and sizes. */
export function addColumn(before: Table, table: Table, column: Column): Step[] {
  const sql = [
    ...makeSequence(table, column),
    alterTable(table.name, `ADD COLUMN ${columnSql(table, column)}`),
    ...ownSequence(table, column),
    ...columnExtras(table.name, column),
  ].join(';\n')
  const hazards = addHazards({ ...before, name: before.name }, column)
  return [
    step(sql, 'a new column', labelOf(table.name, column.name), { hazards }),
    ...columnAttributes(null, column, table),
    ...sequenceExtras(null, table, column),
  ]
}

/** DROP COLUMN. */
export function dropColumn(table: Table, column: Column, why: string): Step {
  const hazard: Hazard = {
    kind: 'drop-column',
    what: `${table.name.name}.${column.name} goes with its values`,
    ...sizeOf(table),
    column: column.name,
    count: `SELECT count(*) AS n FROM ${qualified(table.name)} WHERE ${quote(column.name)} IS NOT NULL`,
    counted: 'rows with a value',
  }
  return step(alterTable(table.name, `DROP COLUMN ${quote(column.name)}`), why, labelOf(table.name, column.name), {
    hazards: column.generated === undefined ? [hazard] : [],
  })
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function dropSequence(p: ColumnPair): string[] {
  const name = sequenceName(p.before, p.from)
  const kept =
    p.keptSequences.has(displayName(name)) || (p.to.identity === 'auto' && same(name, sequenceName(p.table, p.to)))
  return kept ? [] : [`DROP SEQUENCE IF EXISTS ${qualified(name)}`]
}

function identitySteps(p: ColumnPair): { before: string[]; after: string[] } {
  const { from, to, table } = p
  const at = (what: string) => alterTable(table.name, `ALTER COLUMN ${quote(to.name)} ${what}`)
  const was = from.identity
  const is = to.identity
  const options = (t: Table, c: Column) => sequenceOptions(t, c).clauses
  if (was === is) return { before: [], after: sameIdentity(p, options(p.before, from), options(table, to)) }
  const before = [
    ...(was === undefined || (was !== 'auto' && is !== undefined && is !== 'auto')
      ? []
      : was === 'auto'
        ? [at('DROP DEFAULT'), ...dropSequence(p)]
        : [at('DROP IDENTITY')]),
  ]
  if (is === undefined) return { before, after: [] }
  if (is === 'auto')
    return {
      before,
      after: [
        ...makeSequence(table, to),
        at(`SET DEFAULT nextval(${nameLiteral(sequenceName(table, to))}::regclass)`),
        ...ownSequence(table, to),
        advance(table, to),
      ],
    }
  if (was === 'always' || was === 'by default')
    return {
      before,
      after: [at(`SET GENERATED ${is.toUpperCase()}`), ...sameIdentity(p, options(p.before, from), options(table, to))],
    }
  return { before, after: [at(`ADD${identityClause(table, to)}`), advance(table, to)] }
}

function sameIdentity(p: ColumnPair, was: string, is: string): string[] {
  const { from, to, table } = p
  if (to.identity === undefined) return []
  const [old, name] = [sequenceName(p.before, from), sequenceName(table, to)]
  const renamed =
    old.name === name.name
      ? []
      : [`ALTER SEQUENCE ${qualified({ ...name, name: old.name })} RENAME TO ${quote(name.name)}`]
  const type = /^(smallint|integer|bigint)$/.test(to.type.native) ? to.type.native : 'bigint'
  const plain = was === is && from.type.native === to.type.native
  return plain ? renamed : [...renamed, `ALTER SEQUENCE ${qualified(name)} ${fullClauses(is, type)}${turned(was, is)}`]
}

/** A sequence that counts the other way from now on begins anew: where it stands may be beyond its end. */
export function turned(was: string | undefined, is: string | undefined): string {
  const down = (text: string | undefined) => /INCREMENT BY -/.test(text ?? '')
  return down(was) === down(is) ? '' : ' RESTART'
}

/** The clauses with those that CREATE SEQUENCE may leave out: ALTER SEQUENCE keeps what is not said. */
export function fullClauses(clauses: string, type: string): string {
  const text = clauses.replace(/ ?UNOWNED$/, '')
  const has = (word: string) => new RegExp(`\\b${word}\\b`).test(text)
  const down = /INCREMENT BY -/.test(text)
  const start = /START WITH (-?\d+)/.exec(text)
  const low = /MINVALUE (-?\d+)/.exec(text)?.[1]
  const high = /MAXVALUE (-?\d+)/.exec(text)?.[1]
  const bits =
    /^AS smallint/.test(text) || (type === 'smallint' && !/^AS /.test(text))
      ? 15n
      : /^AS integer/.test(text) || (type === 'integer' && !/^AS /.test(text))
        ? 31n
        : 63n
  const edge = down ? (high ?? '-1') : (low ?? '1')
  return [
    has('AS') ? '' : `AS ${type}`,
    text,
    has('INCREMENT') ? '' : 'INCREMENT BY 1',
    has('MINVALUE') ? '' : down ? `MINVALUE ${-(1n << bits)}` : 'MINVALUE 1',
    has('MAXVALUE') ? '' : down ? 'MAXVALUE -1' : `MAXVALUE ${(1n << bits) - 1n}`,
    start === null ? `START WITH ${edge}` : '',
    has('CACHE') ? '' : 'CACHE 1',
    has('CYCLE') ? '' : 'NO CYCLE',
  ]
    .filter((w) => w !== '')
    .join(' ')
}

function nullSteps(p: ColumnPair): Step[] {
  const { before, table, from, to } = p
  if (from.nullable === to.nullable) return []
  const object = labelOf(table.name, to.name)
  const alter = (what: string) => alterTable(table.name, `ALTER COLUMN ${quote(to.name)} ${what}`)
  if (to.nullable) return [step(alter('DROP NOT NULL'), 'may be empty from now on', object)]
  const fails: Hazard = {
    kind: 'may-fail',
    what: `${before.name.name}.${from.name} becomes NOT NULL`,
    ...sizeOf(before),
    column: from.name,
    count: `SELECT count(*) AS n FROM ${qualified(before.name)} WHERE ${quote(from.name)} IS NULL`,
    counted: 'rows with NULL',
  }
  const blocks: Hazard = {
    kind: 'blocking',
    what: `nobody reads or writes ${before.name.name} while its rows are looked at`,
    ...sizeOf(before),
  }
  if (!p.online) return [step(alter('SET NOT NULL'), 'never empty from now on', object, { hazards: [fails, blocks] })]
  const name = quote(`naru_${to.name}_not_null`.slice(0, 40))
  const own = { inTransaction: false }
  return [
    step(
      alterTable(table.name, `ADD CONSTRAINT ${name} CHECK (${quote(to.name)} IS NOT NULL) NOT VALID`),
      'holds for new rows',
      object,
      own,
    ),
    step(
      alterTable(table.name, `VALIDATE CONSTRAINT ${name}`),
      'holds for all rows; others read and write meanwhile',
      object,
      { ...own, hazards: [fails] },
    ),
    step(alter('SET NOT NULL'), 'takes the constraint for proof', object, own),
    step(alterTable(table.name, `DROP CONSTRAINT ${name}`), 'NOT NULL says it now', object, own),
  ]
}

function typeStep(p: ColumnPair): Step[] {
  const { before, table, from, to } = p
  if (!p.retype && from.type.native === to.type.native && from.collation === to.collation) return []
  const collation = to.collation !== undefined ? ` COLLATE ${to.collation}` : ''
  const using = p.retype && from.type.native === to.type.native ? againSql(to) : usingSql(from, to)
  const sql = alterTable(
    table.name,
    `ALTER COLUMN ${quote(to.name)} TYPE ${typeSql(to.type, table.name)}${collation}${using === null ? '' : ` USING ${using}`}`,
  )
  const hazards = typeHazards(before, from, to)
  const anew: Hazard[] =
    p.retype && !rewrites(from, to)
      ? [
          {
            kind: 'rewrite',
            what: `the type of ${before.name.name}.${from.name} is made anew: so is the table`,
            ...sizeOf(before),
            column: from.name,
          },
        ]
      : []
  return [
    step(sql, `${from.type.native} becomes ${to.type.native}`, labelOf(table.name, to.name), {
      hazards: [...hazards, ...anew],
    }),
  ]
}

/** A type that was made anew under its old name: values go through text. */
function againSql(to: Column): string {
  const through = to.type.logical.kind === 'array' ? 'text[]' : 'text'
  return `${quote(to.name)}::${through}::${to.type.native}`
}

function optionSteps(p: ColumnPair): string[] {
  const { from, to, table } = p
  const [a, b] = [from.options ?? {}, to.options ?? {}]
  const alter = (what: string) => `ALTER TABLE ONLY ${qualified(table.name)} ALTER COLUMN ${quote(to.name)} ${what}`
  const retyped = from.type.native !== to.type.native
  const gone = (key: string) =>
    (a[key] !== undefined || (retyped && key === 'storage' && false)) && b[key] === undefined
  return [
    ...(gone('storage')
      ? [
          `DO ${textLiteral(`BEGIN EXECUTE (SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET STORAGE %s', a.attrelid::regclass, a.attname, CASE t.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = ${nameLiteral(table.name)}::regclass AND a.attname = ${textLiteral(to.name)}); END`)}`,
        ]
      : []),
    ...(gone('compression') ? [alter('SET COMPRESSION default')] : []),
    ...(gone('statistics') ? [alter('SET STATISTICS -1')] : []),
    ...(gone('settings')
      ? [
          alter(
            `RESET (${a.settings
              .split(', ')
              .map((s) => s.split('=')[0])
              .join(', ')})`,
          ),
        ]
      : []),
    ...columnExtras(table.name, {
      ...to,
      options: Object.fromEntries(Object.entries(b).filter(([k, v]) => retyped || a[k] !== v)),
    }),
  ]
}

/** Everything about one column that stays: generated, type, default, identity, NOT NULL, storage, comment, privileges. */
export function alterColumn(p: ColumnPair): Step[] {
  const { from, to, table } = p
  const object = labelOf(table.name, to.name)
  const at = (what: string) => alterTable(table.name, `ALTER COLUMN ${quote(to.name)} ${what}`)
  const typed = typeStep(p)
  const ungenerated = from.generated !== undefined && to.generated === undefined
  const wanted = defaultSql(to)
  const had = from.default !== undefined && !p.defaultGone && from.generated === undefined
  const changed = !same(from.default, to.default) || p.defaultGone || (typed.length > 0 && wanted !== null)
  const identity = identitySteps(p)
  const serial = to.identity === 'auto' && p.defaultGone && from.identity === 'auto'
  const nulls = nullSteps(p)
  const plain = (sql: string, why: string) => step(sql, why, object)
  return [
    ...(ungenerated ? [plain(at('DROP EXPRESSION'), 'keeps its values, no longer computed')] : []),
    ...(had && (typed.length > 0 || wanted === null) ? [plain(at('DROP DEFAULT'), 'the old default goes')] : []),
    ...identity.before.map((sql) => plain(sql, 'numbered otherwise from now on')),
    ...typed,
    ...(wanted !== null && changed ? [plain(at(`SET DEFAULT ${wanted}`), 'the default')] : []),
    ...(serial
      ? [plain(at(`SET DEFAULT nextval(${nameLiteral(sequenceName(table, to))}::regclass)`), 'the default')]
      : []),
    ...(to.nullable ? [] : nulls),
    ...identity.after.map((sql) => plain(sql, 'how it is numbered')),
    ...(to.nullable ? nulls : []),
    ...optionSteps(p).map((sql) => plain(sql, 'how it is stored')),
    ...columnAttributes(from, to, table),
    ...sequenceExtras(p.before, table, to),
  ]
}
