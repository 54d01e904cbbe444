/** The tables of a copy before their data is asked: which, under which names and types, onto what on the target. */

import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { CopyOptions } from '../core/options.ts'
import { displayName, type Schema, type Table } from '../core/schema.ts'
import { schemaChoiceText } from '../core/schema-choice.ts'
import { type Conversion, convertSchema } from '../diff/convert.ts'
import { type Choices, type ConvertInput, labelOf } from '../diff/convert-context.ts'
import type { ConvertedTable } from '../diff/convert-table.ts'
import { byTable, castsOf, chooseTables, type Renames, renames } from './casts.ts'
import { type DraftTable, draftCreated, existingTable } from './draft.ts'
import { draftExisting } from './existing.ts'

/** What was found in the data: it changes types. Columns by `columnKey`. */
export interface Decisions {
  readonly notBoolean: ReadonlySet<string>
  readonly spelledFlags: ReadonlySet<string>
  readonly nullable: ReadonlySet<string>
}

export interface Shape {
  readonly input: ConvertInput
  readonly conversion: Conversion
  readonly drafts: readonly DraftTable[]
}

export interface ShapeInput {
  readonly source: Schema
  readonly target: Schema
  readonly options: CopyOptions
  readonly sourceDialect: ConvertInput['sourceDialect']
  readonly targetDialect: ConvertInput['targetDialect']
  readonly can: ConvertInput['can']
}

/** ShapeInput of two open databases. */
export function shapeInput(
  source: Database,
  target: Database,
  schemas: Pick<ShapeInput, 'source' | 'target' | 'options'>,
): ShapeInput {
  return {
    ...schemas,
    sourceDialect: source.engine.dialect,
    targetDialect: target.engine.dialect,
    can: target.can,
  }
}

/** Nothing found yet. */
export const UNDECIDED: Decisions = { notBoolean: new Set(), spelledFlags: new Set(), nullable: new Set() }

/** Chooses and converts; with `map: 'existing'` every table must be on the target already. */
export function shapeTables(s: ShapeInput, decisions: Decisions): Shape {
  const { input, conversion, where } = converted(s, decisions)
  const drafts: DraftTable[] = []
  const clashes: Table[] = []
  const absent: string[] = []
  for (const table of conversion.tables) {
    const there = existingTable(input, table.target)
    const kind = actionFor(s.options, there !== undefined)
    if (kind === 'missing') absent.push(labelOf(input, table.source.name))
    else if (kind === 'clash') clashes.push(there ?? table.target)
    else if (kind === 'create' || kind === 'drop and create')
      drafts.push(draftCreated(s.source, table, kind, where(table.source)))
    else if (there !== undefined)
      drafts.push(draftExisting(input, table, there, kind, { where: where(table.source), writing: true }))
  }
  if (absent.length > 0) throw tablesMissing(absent)
  if (clashes.length > 0) throw tablesExist(clashes)
  return { input, conversion, drafts }
}

/** Tables of the source onto those of the target under the same names, for verification; tables that are not there are left out. */
export function shapeExisting(s: ShapeInput): {
  readonly drafts: readonly DraftTable[]
  readonly absent: readonly ConvertedTable[]
} {
  const { input, conversion, where } = converted(s, UNDECIDED)
  const found = conversion.tables.map((table) => ({ table, there: existingTable(input, table.target) }))
  return {
    drafts: found.flatMap(({ table, there }) =>
      there === undefined
        ? []
        : [draftExisting(input, table, there, 'append', { where: where(table.source), writing: false })],
    ),
    absent: found.filter((f) => f.there === undefined).map((f) => f.table),
  }
}

function converted(s: ShapeInput, decisions: Decisions) {
  const tables = chooseTables(s.source, s.options)
  const names = renames(s.source, tables, s.options)
  refuseMisfit(s, tables, names)
  const choices: Choices = {
    tableName: names.table,
    columnName: names.column,
    cast: castsOf(s.source, tables, s.options, s.targetDialect),
    ...decisions,
    caseInsensitive: s.options.caseInsensitive ?? 'lower',
  }
  const { source, sourceDialect, target, targetDialect, can } = s
  const input: ConvertInput = { source, sourceDialect, target, targetDialect, can, tables, choices }
  return { input, conversion: convertSchema(input), where: byTable(s.source, tables, s.options.where, '--where') }
}

/** Several schemas fit into the same ones, or under names that the user gives. Throws USAGE. */
function refuseMisfit(
  s: Pick<ShapeInput, 'source' | 'target' | 'can'>,
  tables: readonly Table[],
  names: Renames,
): void {
  const { source, target, can } = s
  if (!can.schemas) {
    const unnamed = source.schemas === undefined ? [] : tables.filter((t) => names.table(t) === undefined)
    if (unnamed.length > 0) throw noSchemasThere(unnamed)
  } else if ((source.schemas === undefined) !== (target.schemas === undefined)) throw unevenSchemas(source, target)
}

function noSchemasThere(tables: readonly Table[]): NaruError {
  const some = tables.slice(0, 4).map((t) => displayName(t.name))
  const schemas = [...new Set(tables.flatMap((t) => t.name.schema ?? []))]
  const lines = schemas.map((s) => `--rename '${s}.*=${s === 'public' ? '' : `${s}_`}*'`)
  const one = schemaChoiceText(schemas.find((s) => s !== 'public') ?? schemas[0])
  return new NaruError('USAGE', 'the target has no schemas to put several into', {
    why: `${some.join(', ')}${tables.length > 4 ? ` and ${tables.length - 4} more` : ''} would need other names there`,
    hint: `Say the names: ${lines.join(' ')}; two that become one are told by naru plan. Or copy one schema a run: ?schema=${one}.`,
    state: 'nothing was changed',
  })
}

function unevenSchemas(source: Schema, target: Schema): NaruError {
  const side = ({ name, schemas, engine }: Schema) =>
    schemas !== undefined
      ? `the schemas ${schemas.join(', ')}`
      : engine === 'postgres'
        ? `the schema ${name}`
        : `a database without schemas`
  return new NaruError('USAGE', 'one side is a single schema, the other several', {
    why: `the source is ${side(source)}, the target ${side(target)}`,
    hint:
      source.schemas === undefined
        ? `Name one schema of the target: ?schema=NAME. Into several, one run for each: ?schema=sales on the target with --tables 'sales_*' --rename 'sales_*=*'.`
        : 'Leave ?schema= out of the target: the same schemas are made there. Or copy one schema a run, named on both sides.',
    state: 'nothing was changed',
  })
}

type Kind = Exclude<DraftTable['action'], 'fill'> | 'missing' | 'clash'

function actionFor(options: CopyOptions, there: boolean): Kind {
  const wanted = options.ifExists ?? 'fail'
  if (options.dataOnly) return there ? (wanted === 'truncate' ? 'truncate' : 'append') : 'missing'
  if (!there) return 'create'
  if (wanted === 'drop') return 'drop and create'
  return wanted === 'fail' ? 'clash' : wanted
}

function tablesExist(tables: readonly Table[]): NaruError {
  const names = tables.map((t) => displayName(t.name))
  const one = names.length === 1
  return new NaruError(
    'TABLE_EXISTS',
    `${one ? 'a table is' : `${names.length} tables are`} on the target already: ${names.join(', ')}`,
    {
      why: 'naru does not touch tables that it did not make, unless told to',
      hint: `--if-exists append adds the rows, truncate empties ${one ? 'it' : 'them'} first, drop makes ${one ? 'it' : 'them'} anew; --exclude or --rename leaves ${one ? 'it' : 'them'} alone.`,
      state: 'nothing was changed',
      details: { tables: names },
    },
  )
}

function tablesMissing(names: readonly string[]): NaruError {
  return new NaruError('TABLE_MISSING', `not on the target: ${names.join(', ')}`, {
    why: '--data-only writes into tables that are there',
    hint: 'Leave --data-only out, exclude them with --exclude, or give their names there with --rename.',
    state: 'nothing was changed',
    details: { tables: names },
  })
}
