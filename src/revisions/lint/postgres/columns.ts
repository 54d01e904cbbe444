/** Columns that a statement makes or changes, and the types that it gives them. */
import type { ColumnDef, Constraint, ConstrType, TypeName } from 'libpg-query'
import type { ObjectName } from '../../../core/schema.ts'
import type { Alteration, Span } from './alter.ts'
import type { Edit } from './edit.ts'
import { as, namesOf, tableName } from './node.ts'
import type { PostgresStatement } from './read.ts'

export interface MadeColumn {
  readonly table: ObjectName
  readonly name: string
  readonly def: ColumnDef
  /** ALTER COLUMN … TYPE, ADD COLUMN, or part of CREATE TABLE. */
  readonly how: 'create' | 'add' | 'type'
  readonly alteration?: Alteration
}

function created(s: PostgresStatement): MadeColumn[] {
  const create = as(s.node, 'CreateStmt')
  const table = tableName(create?.relation)
  return (create?.tableElts ?? []).flatMap((e) => {
    const def = as(e, 'ColumnDef')
    return def === undefined ? [] : [{ table, name: def.colname ?? '', def, how: 'create' as const }]
  })
}

function altered(s: PostgresStatement): MadeColumn[] {
  return s.alterations.flatMap((a) => {
    const def = as(a.cmd.def, 'ColumnDef')
    if (def === undefined || (a.kind !== 'AT_AddColumn' && a.kind !== 'AT_AlterColumnType')) return []
    const how = a.kind === 'AT_AddColumn' ? ('add' as const) : ('type' as const)
    return [{ table: a.table, name: def.colname ?? a.cmd.name ?? '', def, how, alteration: a }]
  })
}

/** All columns that the statement makes, and those whose type it changes. */
export function columnsOf(s: PostgresStatement): MadeColumn[] {
  return [...created(s), ...altered(s)]
}

/** Columns that ALTER TABLE adds to a table that was there before the script. */
export function addedColumns(s: PostgresStatement): MadeColumn[] {
  return altered(s).filter((c) => c.how === 'add' && !s.known.isNew(c.table))
}

/** The constraint of this kind that stands at the column itself. */
export function constraintAt(def: ColumnDef, kind: ConstrType): Constraint | undefined {
  return def.constraints?.map((c) => as(c, 'Constraint')).find((c) => c?.contype === kind)
}

/** Name of a type as the parser knows it, with its schema where that is not pg_catalog: `int4`, `varchar`, `public.mood`. */
export function typeOf(type: TypeName | undefined): string {
  const names = namesOf(type?.names)
  return (names[0] === 'pg_catalog' ? names.slice(1) : names).join('.')
}

/** Whether the type is one of these, written without quotes: "char" and "serial" in quotes are other types. */
export function isType(s: PostgresStatement, def: ColumnDef, names: ReadonlySet<string>): boolean {
  return names.has(typeOf(def.typeName)) && s.sql[s.at(def.typeName?.location)] !== '"'
}

/** Numbers in brackets behind the type. */
export function modifiers(type: TypeName | undefined): number[] {
  return (type?.typmods ?? []).map((m) => as(m, 'A_Const')?.ival?.ival ?? 0)
}

const WORDS: ReadonlySet<string> = new Set(
  'pg_catalog . char character varying nchar national varchar bpchar text json jsonb timestamp timestamptz without time zone serial serial2 serial4 serial8 smallserial bigserial int integer int2 int4 smallint'.split(
    ' ',
  ),
)

/** Where the name of the type stands, with what is in brackets behind it. */
export function typeSpan(s: PostgresStatement, def: ColumnDef): Span {
  const from = s.at(def.typeName?.location)
  const tokens = s.tokens().filter((t) => t.from >= from)
  let [{ to }] = tokens
  let depth = 0
  for (const token of tokens) {
    if (token.text === '(') depth++
    else if (depth === 0 && !WORDS.has(token.text.toLowerCase())) break
    to = token.to
    if (token.text === ')') depth--
  }
  return { from, to }
}

/** The type of a column written otherwise. */
export function retyped(s: PostgresStatement, def: ColumnDef, text: string): Edit {
  return { ...typeSpan(s, def), text }
}
