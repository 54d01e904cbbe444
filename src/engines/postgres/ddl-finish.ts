/** What follows the rows: indexes, constraints, foreign keys, counters. */
import type { DdlStep } from '../../core/engine.ts'
import type { Column, ForeignKey, Index, IndexPart, KeyConstraint, ObjectName, Table } from '../../core/schema.ts'
import { tableGrants } from './ddl-object.ts'
import { checkClause, ownSequence } from './ddl-table.ts'
import { columnList, constraintExists, isPartitioned, nameLiteral, relationExists, withinPath } from './ddl-text.ts'
import { qualified, quote } from './names.ts'
import { nowTriggerName, nowTriggerSql } from './now-trigger.ts'
import { textLiteral } from './values.ts'

/** COMMENT ON, where there is one. */
export function commentOn(what: string, comment: string | undefined): string[] {
  return comment === undefined ? [] : [`COMMENT ON ${what} IS ${textLiteral(comment)}`]
}

function partSql(part: IndexPart): string {
  const what = part.column === undefined ? `(${part.expression})` : quote(part.column)
  const collation = part.collation === undefined ? '' : ` COLLATE ${part.collation}`
  const opclass = part.opclass === undefined ? '' : ` ${part.opclass}`
  const nulls = part.nulls === undefined ? '' : ` NULLS ${part.nulls.toUpperCase()}`
  return `${what}${collation}${opclass}${part.descending ? ' DESC' : ''}${nulls}`
}

const METHODS = new Set(['btree', 'hash', 'gin', 'gist', 'spgist', 'brin', 'hnsw', 'ivfflat', 'bloom'])

/** `USING …` of the server's own statement; null where there is none of PostgreSQL. */
function definedTail(index: Index): string | null {
  const ident = '(?:"(?:[^"]|"")*"|[^\\s".]+)'
  const head = new RegExp(`^CREATE (?:UNIQUE )?INDEX ${ident} ON (?:ONLY )?${ident}(?:\\.${ident})? (USING .*)$`, 's')
  return index.definition === undefined ? null : (head.exec(index.definition)?.[1] ?? null)
}

/** What follows the table's name in CREATE INDEX, from the model. */
export function builtTail(index: Index): string {
  const method = METHODS.has(index.method) ? index.method : 'btree'
  const include = index.include === undefined ? '' : ` INCLUDE ${columnList(index.include)}`
  const together = index.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''
  const settings = index.options?.with === undefined ? '' : ` WITH (${index.options.with})`
  const space = index.options?.tablespace === undefined ? '' : ` TABLESPACE ${quote(index.options.tablespace)}`
  const where = index.where === undefined ? '' : ` WHERE ${index.where}`
  return `USING ${method} (${index.parts.map(partSql).join(', ')})${include}${together}${settings}${space}${where}`
}

/** Statements for what CREATE INDEX has no words for. */
export function indexExtras(name: ObjectName, index: Index): string[] {
  const targets = (index.options?.statistics ?? '').split(', ').filter((t) => t !== '')
  return [
    ...targets.map((t) => `ALTER INDEX ${qualified(name)} ALTER COLUMN ${t.replace(': ', ' SET STATISTICS ')}`),
    ...commentOn(`INDEX ${qualified(name)}`, index.comment),
  ]
}

function indexStep(table: Table, index: Index): DdlStep {
  const tail = definedTail(index) ?? builtTail(index)
  const name = { schema: table.name.schema, name: index.name }
  const make = `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quote(index.name)} ON ${qualified(table.name)} ${tail}`
  const plain = index.where === undefined && index.parts.every((p) => p.column !== undefined && p.opclass === undefined)
  const sql = [make, ...indexExtras(name, index)].join(';\n')
  return {
    sql: plain ? sql : withinPath(table.name.schema, sql),
    why: 'built once all rows are there',
    object: `index ${table.name.name}.${index.name}`,
    exists: relationExists(name, ['i', 'I']),
    parallel: true,
  }
}

/** Columns of a key, and those that its index carries besides. */
export function keyTail(key: KeyConstraint): string {
  const include = key.include === undefined ? '' : ` INCLUDE ${columnList(key.include)}`
  return `${columnList(key.columns)}${include}`
}

/** Storage of the index behind a key, as CREATE INDEX takes it. */
function keySettings(key: KeyConstraint): string {
  const { with: settings, tablespace } = key.options ?? {}
  return `${settings === undefined ? '' : ` WITH (${settings})`}${tablespace === undefined ? '' : ` TABLESPACE ${quote(tablespace)}`}`
}

function backingIndex(table: Table, key: KeyConstraint): DdlStep {
  const together = key.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''
  return {
    sql: `CREATE UNIQUE INDEX ${quote(key.name)} ON ${qualified(table.name)} ${keyTail(key)}${together}${keySettings(key)}`,
    why: 'becomes a constraint; built as an index, so that it need not wait for others',
    object: `index ${table.name.name}.${key.name}`,
    exists: relationExists({ schema: table.name.schema, name: key.name }, ['i', 'I']),
    parallel: true,
  }
}

function keysOf(table: Table): KeyConstraint[] {
  return [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.uniques]
}

/** Indexes, those that become constraints first. */
export function indexSteps(table: Table): DdlStep[] {
  const backing = isPartitioned(table) ? [] : keysOf(table).map((k) => backingIndex(table, k))
  return [...backing, ...table.indexes.map((i) => indexStep(table, i))]
}

/** ` DEFERRABLE INITIALLY DEFERRED`, as far as it goes. */
export function deferral(c: Pick<KeyConstraint, 'deferrable' | 'initiallyDeferred'>): string {
  return `${c.deferrable ? ' DEFERRABLE' : ''}${c.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}`
}

function keyStep(table: Table, key: KeyConstraint): DdlStep {
  const kind = key === table.primaryKey ? 'PRIMARY KEY' : 'UNIQUE'
  const together = key.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''
  const what = isPartitioned(table) ? `${kind}${together} ${keyTail(key)}` : `${kind} USING INDEX ${quote(key.name)}`
  const add = `ALTER TABLE ${qualified(table.name)} ADD CONSTRAINT ${quote(key.name)} ${what}${deferral(key)}`
  const comment = commentOn(`CONSTRAINT ${quote(key.name)} ON ${qualified(table.name)}`, key.comment)
  return {
    sql: [add, ...comment].join(';\n'),
    why: 'its index is built',
    object: `${kind.toLowerCase()} ${table.name.name}.${key.name}`,
    exists: constraintExists(table.name, key.name),
    parallel: true,
  }
}

function uncheckedSteps(table: Table): DdlStep[] {
  return table.checks
    .filter((c) => c.notValid)
    .map((c) => ({
      sql: withinPath(table.name.schema, `ALTER TABLE ${qualified(table.name)} ADD ${checkClause(c)} NOT VALID`),
      why: 'not valid for older rows in the source either',
      object: `check ${table.name.name}.${c.name}`,
      exists: constraintExists(table.name, c.name),
      parallel: true,
    }))
}

function stampStep(table: Table): DdlStep[] {
  const columns = table.columns.filter((c) => c.onUpdateNow)
  if (columns.length === 0) return []
  const name = nowTriggerName(table.name, columns)
  const exists = `SELECT 1 AS there FROM pg_trigger WHERE tgrelid = to_regclass(${nameLiteral(table.name)}) AND tgname = ${textLiteral(name)}`
  return [
    {
      sql: nowTriggerSql(table, columns),
      why: 'ON UPDATE CURRENT_TIMESTAMP',
      object: `trigger ${table.name.name}.${name}`,
      exists,
      parallel: true,
    },
  ]
}

function commentStep(table: Table): DdlStep[] {
  const own = qualified(table.name)
  const statements = [
    ...commentOn(`TABLE ${own}`, table.comment),
    ...table.columns.flatMap((c) => commentOn(`COLUMN ${own}.${quote(c.name)}`, c.comment)),
    ...table.checks.flatMap((c) => (c.inherited ? [] : commentOn(`CONSTRAINT ${quote(c.name)} ON ${own}`, c.comment))),
  ]
  if (statements.length === 0) return []
  return [
    {
      sql: statements.join(';\n'),
      why: 'they say what things mean',
      object: `comments ${table.name.name}`,
      parallel: true,
    },
  ]
}

/** Keys from their indexes, checks that are not valid, triggers, comments. */
export function constraintSteps(table: Table): DdlStep[] {
  return [
    ...keysOf(table).map((k) => keyStep(table, k)),
    ...uncheckedSteps(table),
    ...stampStep(table),
    ...commentStep(table),
    ...traitStep(table),
  ]
}

/** Row security, replica identity, the index to cluster by. */
export function tableTraits(table: Table): string[] {
  const alter = (what: string) => `ALTER TABLE ONLY ${qualified(table.name)} ${what}`
  const { options } = table
  const security = (options['row security'] ?? '').split(', ')
  const identity = options['replica identity']
  return [
    ...(security.includes('enabled') ? [alter('ENABLE ROW LEVEL SECURITY')] : []),
    ...(security.includes('forced') ? [alter('FORCE ROW LEVEL SECURITY')] : []),
    ...(identity === undefined ? [] : [alter(`REPLICA IDENTITY ${identitySql(identity)}`)]),
    ...(options.clustered === undefined ? [] : [alter(`CLUSTER ON ${quote(options.clustered)}`)]),
  ]
}

/** What follows REPLICA IDENTITY. */
export function identitySql(identity: string): string {
  return identity.startsWith('index ') ? `USING INDEX ${quote(identity.slice(6))}` : identity.toUpperCase()
}

/** Comments of sequences behind columns. */
function sequenceComments(table: Table): string[] {
  return table.columns.flatMap((c) => {
    const comment = table.options[`sequence comment of ${c.name}`]
    return c.sequence === undefined
      ? []
      : commentOn(`SEQUENCE ${qualified({ ...table.name, name: c.sequence.name })}`, comment)
  })
}

function traitStep(table: Table): DdlStep[] {
  const statements = [...tableTraits(table), ...sequenceComments(table), ...tableGrants(table)]
  if (statements.length === 0) return []
  return [{ sql: statements.join(';\n'), why: 'as in the source', object: `traits ${table.name.name}` }]
}

/** ALTER TABLE … ADD CONSTRAINT of a foreign key. */
export function foreignKeySql(table: Table, f: ForeignKey, unchecked: boolean): string {
  const match = f.match === 'full' ? ' MATCH FULL' : ''
  const actions = [
    ...(f.onUpdate === 'no action' ? [] : [` ON UPDATE ${f.onUpdate.toUpperCase()}`]),
    ...(f.onDelete === 'no action'
      ? []
      : [` ON DELETE ${f.onDelete.toUpperCase()}${f.setColumns === undefined ? '' : ` ${columnList(f.setColumns)}`}`]),
  ].join('')
  const references = `REFERENCES ${qualified(f.references)} ${columnList(f.referencedColumns)}`
  return `ALTER TABLE ${qualified(table.name)} ADD CONSTRAINT ${quote(f.name)} FOREIGN KEY ${columnList(f.columns)} ${references}${match}${actions}${deferral(f)}${f.notEnforced ? ' NOT ENFORCED' : ''}${unchecked ? ' NOT VALID' : ''}`
}

/** Added without looking at the rows, which locks both tables only for a moment; then validated, which locks neither for writers. */
export function foreignKeySteps(table: Table): DdlStep[] {
  const object = (f: ForeignKey) => `foreign key ${table.name.name}.${f.name}`
  const validates = (f: ForeignKey) => ({ table: table.name, foreignKey: f })
  const whole = isPartitioned(table)
  const added = table.foreignKeys.map((f) => ({
    sql: [
      foreignKeySql(table, f, !whole),
      ...commentOn(`CONSTRAINT ${quote(f.name)} ON ${qualified(table.name)}`, f.comment),
    ].join(';\n'),
    why: whole ? 'holds for all rows' : 'holds for new rows',
    object: object(f),
    exists: constraintExists(table.name, f.name),
    ...(whole && { validates: validates(f) }),
  }))
  const validated = table.foreignKeys
    .filter((f) => !whole && !f.notValid)
    .map((f) => ({
      sql: `ALTER TABLE ${qualified(table.name)} VALIDATE CONSTRAINT ${quote(f.name)}`,
      why: 'holds for all rows',
      object: `${object(f)} valid`,
      exists: constraintExists(table.name, f.name, true),
      parallel: true,
      validates: validates(f),
    }))
  return [...added, ...validated]
}

/** Moves a sequence so that it gives `wanted` next: only up (or down, where it counts down), and never beyond its end. */
function setvalSql(table: Table, column: Column, wanted: string): string {
  const own = ownSequence(table, column)
  const serial = `pg_get_serial_sequence(${nameLiteral(table.name)}, ${textLiteral(column.name)})::regclass`
  const sequence = own === null ? serial : `coalesce(${serial}, to_regclass(${nameLiteral(own)}))`
  return `SELECT setval(s.id, least(greatest(s.wanted, s.min), s.max)::bigint, s.wanted > s.max) FROM (
  SELECT p.seqrelid::regclass AS id, p.seqmin AS min, p.seqmax AS max, CASE WHEN p.seqincrement > 0
    THEN greatest(${wanted}, coalesce(pg_sequence_last_value(p.seqrelid)::numeric + p.seqincrement, p.seqmin))
    ELSE least(${wanted}, coalesce(pg_sequence_last_value(p.seqrelid)::numeric + p.seqincrement, p.seqmax)) END AS wanted
  FROM pg_sequence p WHERE p.seqrelid = ${sequence}) AS s`
}

/** Sets the counter of the table's numbered column; further identity columns go on after their largest value. */
export function counterSteps(table: Table, next: bigint): DdlStep[] {
  const numbered = table.columns.filter((c) => c.identity !== undefined)
  const main = table.columns.find((c) => c.name === table.counter?.column) ?? numbered[0]
  if (main === undefined) return []
  const step = (column: Column, wanted: string, why: string): DdlStep => ({
    sql: setvalSql(table, column, wanted),
    why,
    object: `counter ${table.name.name}.${column.name}`,
  })
  const beyond = (c: Column) => `(SELECT coalesce(max(${quote(c.name)}), 0) + 1 FROM ${qualified(table.name)})`
  return [
    step(main, String(next), 'the next number is the one that the source would give'),
    ...numbered.filter((c) => c !== main).map((c) => step(c, beyond(c), 'the next number is free')),
  ]
}
