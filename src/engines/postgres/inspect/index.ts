/** Reads one schema of a database into the model, or several. */

import { NaruError } from '../../../core/error.ts'
import type { Column, OtherObject, Schema, Table } from '../../../core/schema.ts'
import { isSeveral, type SchemaChoice } from '../../../core/schema-choice.ts'
import { plainIdent, quote } from '../names.ts'
import { stampedColumns } from '../now-trigger.ts'
import type { Session } from '../session.ts'
import { textLiteral } from '../values.ts'
import { columns, type FoundColumn } from './columns.ts'
import { constraints } from './constraints.ts'
import { indexes } from './indexes.ts'
import { type FoundObject, others, SOURCE_CONDITIONS } from './others.ts'
import { relationsOf } from './others-source.ts'
import { type Condition, inSchema, NOTHING, onRelation, present, some } from './present.ts'
import { chosenSchemas, unreadSchemas } from './schemas.ts'
import { among, type Scope } from './scope.ts'
import { type Sequence, sequenceClauses, sequences } from './sequences.ts'
import { tables } from './tables.ts'
import { type FoundTrigger, triggers } from './triggers.ts'
import { userTypes } from './user-types.ts'
import { type Uses, userKey, uses, usesOfOthers } from './uses.ts'

export interface InspectOptions {
  readonly schema: SchemaChoice
  readonly flavor: string
  readonly version: string
  /** A schema that is not there is an error, not an empty one. */
  readonly required: boolean
  /** Also what tables use of schemas that are not read. */
  readonly crossing: boolean
}

interface Facts {
  readonly charset: string
  readonly collation: string
  readonly user: string
}

/** Settings on which it depends how the server prints a default, an expression or a name. Scripts may have set others. */
const PRINTING: Readonly<Record<string, string>> = {
  timezone: 'UTC',
  datestyle: 'ISO, YMD',
  intervalstyle: 'iso_8601',
  extra_float_digits: '1',
  quote_all_identifiers: 'off',
}

const setting = (name: string, value: string): string =>
  `set_config(${textLiteral(name)}, ${textLiteral(value)}, false)`

/**
 * What is the schema's own is printed without its name, everything else with: so texts can be run again in another schema. Of several schemas
 * all is printed with theirs. The settings of the session are put back afterwards.
 */
async function withinSchema<T>(session: Session, { home }: Scope, work: () => Promise<T>): Promise<T> {
  const wanted = { ...PRINTING, search_path: home === null ? '' : quote(home) }
  const names = Object.keys(wanted)
  const [before] = await session.query(
    `SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join(', ')}`,
  )
  const set = (values: Readonly<Record<string, unknown>>) =>
    session.query(`SELECT ${names.map((name) => setting(name, String(values[name]))).join(', ')}`)
  await set(wanted)
  try {
    return await work()
  } finally {
    if (session.transaction !== 'failed') await set(before)
  }
}

async function facts(session: Session): Promise<Facts> {
  const [r] = await session.query(
    'SELECT pg_encoding_to_char(encoding) AS charset, datcollate AS collation, current_user::text AS role FROM pg_database WHERE datname = current_database()',
  )
  return { charset: String(r.charset), collation: String(r.collation), user: String(r.role) }
}

interface FoundScope {
  readonly scope: Scope
  /** Of its schemas, those that are there. */
  readonly ids: readonly number[]
}

/** What the choice stands for here. Throws DATABASE_MISSING for a schema that must be there and is not. */
async function scopeOf(session: Session, { schema, required }: InspectOptions): Promise<FoundScope> {
  const scope: Scope = { schemas: await chosenSchemas(session, schema), home: isSeveral(schema) ? null : schema }
  const rows = await session.query(
    `SELECT nspname::text AS name, oid::int8 AS id FROM pg_namespace WHERE ${among(scope, 'nspname')}`,
  )
  const there = new Set(rows.map((r) => r.name))
  const missing = required ? scope.schemas.filter((name) => !there.has(name)) : []
  if (missing.length > 0) {
    throw new NaruError('DATABASE_MISSING', `there is no schema ${missing.map((name) => `"${name}"`).join(', ')}`, {
      hint: 'Schemas are named by ?schema= in the address; without it public is read.',
    })
  }
  return { scope, ids: rows.map((r) => Number(r.id)) }
}

/** Stamped columns by table id, and the triggers that do it. */
function stamps(found: readonly FoundTrigger[], byTable: ReadonlyMap<number, readonly FoundColumn[]>) {
  const stamped = new Map<number, Set<string>>()
  const used = new Set<FoundTrigger>()
  for (const trigger of found.filter((t) => t.plain)) {
    const names = stampedColumns(
      trigger.source,
      (byTable.get(trigger.table) ?? []).map((c) => c.column),
    )
    if (names.length === 0) continue
    used.add(trigger)
    stamped.set(trigger.table, new Set([...(stamped.get(trigger.table) ?? []), ...names]))
  }
  return { stamped, used }
}

/** Options that tell of sequences which are not the plain kind. */
function sequenceOptions(found: readonly FoundColumn[], unlogged: boolean): Record<string, string> {
  const options: Record<string, string> = {}
  for (const { column, sequence } of found) {
    if (sequence === null) continue
    const clauses = sequenceClauses(sequence, column.type.native)
    const text = [clauses, ...(sequence.owner === null ? ['UNOWNED'] : [])].filter((t) => t !== '').join(' ')
    if (text !== '') options[`sequence of ${column.name}`] = text
    if (sequence.grants !== null) options[`sequence grants of ${column.name}`] = sequence.grants.join('; ')
    if (sequence.comment !== null) options[`sequence comment of ${column.name}`] = sequence.comment
    if (sequence.unlogged !== unlogged) options[`sequence unlogged of ${column.name}`] = String(sequence.unlogged)
  }
  return options
}

function counterOf(found: readonly FoundColumn[], keys: readonly string[]): Table['counter'] {
  const numbered = found.filter((c) => c.sequence !== null && c.sequence.next !== null)
  const chosen = numbered.find((c) => keys.includes(c.column.name)) ?? numbered[0]
  return chosen && { column: chosen.column.name, next: chosen.sequence!.next! }
}

function sequenceObject(s: Sequence): OtherObject {
  const clauses = sequenceClauses(s, 'bigint')
  const name = `${plainIdent(s.name.schema!)}.${plainIdent(s.name.name)}`
  const owned = s.ownedBy?.map(plainIdent).join('.')
  const owning = owned === undefined ? '' : `;\nALTER SEQUENCE ${name} OWNED BY ${plainIdent(s.name.schema!)}.${owned}`
  return {
    kind: 'sequence',
    name: s.name,
    definition: `CREATE ${s.unlogged ? 'UNLOGGED ' : ''}SEQUENCE ${name}${clauses === '' ? '' : ` ${clauses}`}${owning}`,
    owner: s.role,
    ...(s.grants !== null && { grants: s.grants }),
    ...(s.comment !== null && { comment: s.comment }),
    ...(s.next !== null && { next: s.next }),
    details: { clauses, ...(owned !== undefined && { 'owned by': owned }) },
  }
}

/** Reads the schema, or several. Throws DATABASE_MISSING where one must be there and is not. */
export async function inspect(session: Session, o: InspectOptions): Promise<Schema> {
  const about = await facts(session)
  const found = await scopeOf(session, o)
  return withinSchema(session, found.scope, () => read(session, { ...o, ...found }, about))
}

/** When the queries for tables and their parts give anything. */
const CONDITIONS = {
  tables: relationsOf('r', 'p'),
  sequences: some('pg_sequence'),
  types: some('pg_type', "typtype IN ('e', 'd') AND oid >= 16384"),
  constraints: inSchema('pg_constraint', 'connamespace', 'conrelid <> 0'),
  indexes: relationsOf('i', 'I'),
  triggers: onRelation('pg_trigger', 'tgrelid', 'NOT x.tgisinternal'),
} satisfies Record<string, Condition>

async function read(session: Session, o: InspectOptions & FoundScope, about: Facts): Promise<Schema> {
  const { scope, ids } = o
  const there = await present(session, ids, { ...CONDITIONS, ...SOURCE_CONDITIONS })
  const of = (kind: keyof typeof CONDITIONS) => (there.has(kind) ? session : NOTHING)
  const allSequences = await sequences(of('sequences'), scope)
  const types = await userTypes(of('types'))
  const { byTable, drawnByDefaults } = await columns(of('tables'), scope, types, allSequences)
  const bound = await constraints(of('constraints'), scope)
  const indexed = await indexes(of('indexes'), scope)
  const allTriggers = await triggers(of('triggers'), scope)
  const using = await uses(there.size > 0 ? session : NOTHING, scope)
  const { stamped, used } = stamps(allTriggers, byTable)
  const toTable = (t: Awaited<ReturnType<typeof tables>>[number]): Table => {
    const { id, options, ...rest } = t
    const found = byTable.get(id) ?? []
    const own = bound.byTable.get(id) ?? { uniques: [], foreignKeys: [], checks: [] }
    const counter = counterOf(found, own.primaryKey?.columns ?? [])
    return {
      ...rest,
      columns: found.map((c) => withStamp(c.column, stamped.get(id))),
      ...own,
      indexes: indexed.get(id) ?? [],
      options: { ...options, ...sequenceOptions(found, options.unlogged === 'true') },
      ...(counter && { counter }),
      ...(using.has(userKey('pg_class', id)) && { uses: using.get(userKey('pg_class', id)) }),
    }
  }
  const found = (await tables(of('tables'), scope)).map(toTable)
  const taken = new Set([...byTable.values()].flat().flatMap((c) => c.sequence?.oid ?? []))
  const free = allSequences.filter((s) => drawnByDefaults.has(s.printed) || !taken.has(s.oid))
  const functions = new Set([...used].map((t) => t.functionId))
  const objects = (await others(session, scope, there)).filter((f) => f.catalogue !== 'pg_proc' || !functions.has(f.id))
  const left: FoundObject[] = allTriggers
    .filter((t) => !used.has(t))
    .map((t) => ({ object: t.object, catalogue: 'pg_trigger', id: t.id }))
  const beside = await unreadSchemas(session, scope.schemas)
  const crossing =
    o.crossing && beside.length > 0
      ? await usesOfOthers(
          session,
          scope,
          beside.map((u) => u.name),
        )
      : null
  const unread = beside.map((u) => ({
    ...u,
    ...(crossing?.byTables.has(u.name) && { usedBy: crossing.byTables.get(u.name) }),
  }))
  const told = (f: FoundObject) => withUses(f, using, crossing?.byOthers)
  return {
    engine: 'postgres',
    flavor: o.flavor,
    version: o.version,
    name: scope.home ?? '',
    ...(scope.home === null && { schemas: scope.schemas }),
    ...about,
    ...(unread.length > 0 && { unread }),
    tables: found,
    others: [...objects.map(told), ...free.map(sequenceObject), ...bound.others.map(told), ...left.map(told)],
  }
}

function withUses(f: FoundObject, using: Uses, beyond: Uses | undefined): OtherObject {
  if (f.object.kind === 'inheritance') return f.object
  const key = userKey(f.catalogue, f.id)
  const [uses, crossing] = [using.get(key), beyond?.get(key)]
  return { ...f.object, ...(uses && { uses }), ...(crossing && { crossing }) }
}

function withStamp(column: Column, stamped: ReadonlySet<string> | undefined): Column {
  return stamped?.has(column.name) ? { ...column, onUpdateNow: true } : column
}
