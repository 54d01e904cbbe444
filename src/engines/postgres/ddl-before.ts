/** What tables need before they can be made: schemas, extensions, types, sequences that nobody owns. */

import type { DdlStep } from '../../core/engine.ts'
import type { LogicalType, ObjectName, ObjectUse, OtherObject, Schema, Table } from '../../core/schema.ts'
import { stepName } from '../../core/schema.ts'
import { setvalFrom } from './ddl-counter.ts'
import { objectExtras } from './ddl-object.ts'
import { partitionSteps } from './ddl-table.ts'
import { dollar, nameLiteral, relationExists, withinPath } from './ddl-text.ts'
import { qualified, quote } from './names.ts'
import { textLiteral } from './values.ts'

function schemaSteps(names: Iterable<string | undefined>): DdlStep[] {
  const wanted = new Set([...names].filter((n): n is string => n !== undefined && n !== 'public'))
  return [...wanted].map((name) => ({
    sql: `CREATE SCHEMA IF NOT EXISTS ${quote(name)}`,
    why: 'the tables lie in it',
    object: `schema ${name}`,
  }))
}

/** Extensions by what betrays that a table needs them: a type, an operator class or an index method. */
const EXTENSIONS: Readonly<Record<string, RegExp>> = {
  citext: /\bcitext\b/,
  hstore: /\bhstore\b/,
  ltree: /\b(ltree|lquery|ltxtquery)\b/,
  cube: /\bcube\b/,
  seg: /\bseg\b/,
  postgis: /\b(geometry|geography)\b/,
  vector: /\b(vector|halfvec|sparsevec)\b/,
  pg_trgm: /_trgm_ops\b/,
  'uuid-ossp': /\buuid_generate_v/,
  btree_gin: /^USING gin$/,
  btree_gist: /^USING gist$/,
  intarray: /_int_ops\b|gin__int_ops/,
  unaccent: /\bunaccent\(/,
}

function traces(table: Table): string[] {
  const indexes = table.indexes.flatMap((i) => [
    `USING ${i.method}`,
    i.definition ?? '',
    ...i.parts.map((p) => p.opclass ?? ''),
  ])
  const columns = table.columns.flatMap((c) => [
    c.type.native,
    c.generated?.expression ?? '',
    c.default?.kind === 'expression' ? c.default.sql : '',
  ])
  return [...columns, ...indexes, ...table.checks.map((c) => c.expression)]
}

/** Extensions that the tables show a need of and that the source has; citext also where only the plan brought it in; all that were asked for. */
function extensionSteps(schema: Schema): { readonly step: DdlStep; readonly schema: string | undefined }[] {
  const texts = schema.tables.flatMap(traces)
  const given = new Map(schema.others.filter((o) => o.kind === 'extension').map((o) => [o.name.name, o]))
  const there = new Set(given.keys())
  if (schema.tables.some((t) => t.columns.some((c) => c.type.native === 'citext'))) there.add('citext')
  const asked = (name: string) => given.get(name)?.details !== undefined
  const needed = [...there].filter((name) => asked(name) || texts.some((t) => EXTENSIONS[name]?.test(t)))
  return needed.map((name) => {
    const within = placeOf(given.get(name))
    const step = {
      sql: `CREATE EXTENSION IF NOT EXISTS ${quote(name)}${within === undefined ? '' : ` SCHEMA ${quote(within)}`}`,
      why: 'columns or indexes use it',
      object: `extension ${name}`,
      exists: `SELECT 1 AS there FROM pg_extension WHERE extname = ${textLiteral(name)}`,
    }
    return { step, schema: within }
  })
}

/** The schema that an extension's statement names: where several were read, its members are told with theirs. */
function placeOf(extension: OtherObject | undefined): string | undefined {
  return / SCHEMA /.test(extension?.definition ?? '') ? extension?.details?.schema : undefined
}

function enumsIn(logical: LogicalType): Extract<LogicalType, { kind: 'enum' | 'set' }>[] {
  if (logical.kind === 'array') return enumsIn(logical.of)
  return logical.kind === 'enum' && logical.name !== undefined ? [logical] : []
}

/** Enum types by qualified name: those of columns and those that the source has besides. */
function enums(schema: Schema): Map<string, { name: ObjectName; values: readonly string[] }> {
  const found = new Map<string, { name: ObjectName; values: readonly string[] }>()
  for (const o of schema.others) {
    if (o.kind === 'enum' && o.values !== undefined) found.set(qualified(o.name), { name: o.name, values: o.values })
  }
  for (const table of schema.tables) {
    for (const e of table.columns.flatMap((c) => enumsIn(c.type.logical))) {
      const name = { schema: e.name!.schema ?? table.name.schema, name: e.name!.name }
      found.set(qualified(name), { name, values: e.values })
    }
  }
  return found
}

const typeExists = (name: ObjectName) => `SELECT 1 AS there WHERE to_regtype(${nameLiteral(name)}) IS NOT NULL`

/** A type of that name may be there from a table that was dropped: it is used again when it is the same. */
function enumStep(
  { name, values }: { name: ObjectName; values: readonly string[] },
  extras: readonly string[],
): DdlStep {
  const labels = values.map(textLiteral).join(', ')
  const body = `
BEGIN
  CREATE TYPE ${qualified(name)} AS ENUM (${labels});
EXCEPTION WHEN duplicate_object THEN
  IF (SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = ${nameLiteral(name)}::regtype)
    IS DISTINCT FROM ARRAY[${labels}]::text[] THEN RAISE; END IF;
END
`
  return {
    sql: [`DO ${dollar(body)}`, ...extras].join(';\n'),
    why: 'columns are of this type',
    object: `type ${stepName(name)}`,
    exists: typeExists(name),
  }
}

/** `CREATE DOMAIN name AS …` with the name that the object has now. */
function renamed(object: OtherObject): string {
  const ident = '(?:"(?:[^"]|"")*"|[^\\s".;]+)'
  return object.definition.replace(
    new RegExp(`^(CREATE (?:DOMAIN|TYPE|COLLATION|(?:UNLOGGED )?SEQUENCE)) ${ident}(?:\\.${ident})?`),
    (_, head: string) => `${head} ${qualified(object.name)}`,
  )
}

function typeStep(object: OtherObject): DdlStep {
  const body = `\nBEGIN\n  ${[renamed(object), ...objectExtras(object)].join(';\n  ')};\nEXCEPTION WHEN duplicate_object THEN NULL;\nEND\n`
  return {
    sql: withinPath(object.name.schema, `DO ${dollar(body)}`),
    why: 'columns are of this type',
    object: `${object.kind === 'domain' || object.kind === 'collation' ? object.kind : 'type'} ${stepName(object.name)}`,
    ...(object.kind !== 'collation' && { exists: typeExists(object.name) }),
  }
}

function sequenceAt(name: ObjectName, next: bigint): string {
  return setvalFrom(
    `SELECT seqrelid::regclass AS id, ${next}::numeric AS wanted, seqincrement AS step, seqstart AS first, seqmin AS min, seqmax AS max
  FROM pg_sequence WHERE seqrelid = ${nameLiteral(name)}::regclass`,
  )
}

function sequenceStep(object: OtherObject): DdlStep {
  const make = renamed(object)
    .replace(/;\nALTER SEQUENCE .* OWNED BY .*$/s, '')
    .replace(/^CREATE (UNLOGGED )?SEQUENCE/, 'CREATE $1SEQUENCE IF NOT EXISTS')
  const set = object.next === undefined ? [] : [sequenceAt(object.name, object.next)]
  return {
    sql: [make, ...set, ...objectExtras(object)].join(';\n'),
    why: 'defaults draw from it',
    object: `sequence ${stepName(object.name)}`,
    exists: relationExists(object.name, ['S']),
  }
}

/** Comment of an enum, which columns name without it. */
function extrasOf(schema: Schema, name: ObjectName): string[] {
  const object = schema.others.find((o) => o.kind === 'enum' && qualified(o.name) === qualified(name))
  return object === undefined ? [] : objectExtras(object)
}

/** Functions and aggregates that tables call, those that they call first. Tables that do not say what they use get all that are given. */
function calledRoutines(schema: Schema): OtherObject[] {
  const all = schema.others.filter((o) => o.kind === 'function' || o.kind === 'aggregate')
  if (!schema.tables.some((t) => t.uses !== undefined)) return all
  const found = new Set<OtherObject>()
  const take = (uses: readonly ObjectUse[]) => {
    const names = new Set(uses.filter((u) => u.kind === 'function').map((u) => qualified(u.name)))
    for (const o of all) {
      if (found.has(o) || !names.has(qualified(o.name))) continue
      found.add(o)
      take(o.uses ?? [])
    }
  }
  for (const t of schema.tables) take(t.uses ?? [])
  return [...found].reverse()
}

/** Routines that tables call in defaults, checks, generated columns and indexes. */
function routineStep(object: OtherObject): DdlStep {
  const sql = object.definition.replace(/^CREATE (FUNCTION|PROCEDURE|AGGREGATE)/, 'CREATE OR REPLACE $1')
  return {
    sql: withinPath(
      object.name.schema,
      `SET LOCAL check_function_bodies = off;\n${[sql, ...objectExtras(object)].join(';\n')}`,
    ),
    why: 'tables call it',
    object: `${object.kind} ${stepName(object.name)}`,
  }
}

/** Steps before the first table. */
export function beforeSteps(schema: Schema): DdlStep[] {
  const types = enums(schema)
  const of = (kind: OtherObject['kind']) => schema.others.filter((o) => o.kind === kind)
  const domains = of('domain')
  const composites = of('composite type')
  const extensions = extensionSteps(schema)
  const routines = calledRoutines(schema)
  const made = schema.others.filter((o) => o.kind !== 'function' && o.kind !== 'aggregate')
  const partitions = schema.tables.flatMap(partitionSteps)
  const own = [...schema.tables, ...partitions, ...types.values(), ...made, ...routines].map((o) => o.name.schema)
  return [
    ...schemaSteps([...own, ...extensions.map((e) => e.schema)]),
    ...extensions.map((e) => e.step),
    ...of('collation').map(typeStep),
    ...[...types.values()].map((e) => enumStep(e, extrasOf(schema, e.name))),
    ...of('range type').map(typeStep),
    ...domains.map(typeStep),
    ...composites.map(typeStep),
    ...of('sequence').map(sequenceStep),
    ...routines.map(routineStep),
  ]
}
