/** The column that `naru files move` is told: `table.column`, or `schema.table.column`. */
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { displayName, type Table } from '../../core/schema.ts'
import { suggest } from '../../core/suggest.ts'
import { type AddressColumn, columnLabel } from '../../files/column-sql.ts'

const TEXTS = new Set(['text', 'json', 'enum', 'opaque', 'bytes'])

/** Numbers and dates would be read as relative addresses. */
function withText(c: AddressColumn): AddressColumn {
  if (TEXTS.has(c.column.type.logical.kind)) return c
  throw new NaruError('USAGE', `${columnLabel(c.table.name, c.column.name)} holds no addresses`, {
    why: `its type is ${c.column.type.native}`,
    hint: 'Name a column of text or JSON.',
    state: 'nothing was changed',
  })
}

/** A column of a live database. Throws TABLE_MISSING, COLUMN_MISSING, USAGE where tables of several schemas may be meant. */
export async function findColumn(database: Database, text: string): Promise<AddressColumn> {
  const { tables } = await database.inspect()
  const withSchema = columnsOf(tables, text, withSchemaOf)
  const found = withSchema.length > 0 ? withSchema : columnsOf(tables, text, bareOf)
  if (found.length > 1) throw ambiguous(text, found)
  if (found.length === 1) return withText(found[0])
  const named = (nameOf: NameOf) => tables.find((t) => text.startsWith(`${nameOf(t)}.`))
  const table = named(withSchemaOf) ?? named(bareOf)
  throw table === undefined ? noTable(text, tables) : noColumn(text, table)
}

type NameOf = (t: Table) => string

const withSchemaOf: NameOf = (t) => displayName(t.name)
const bareOf: NameOf = (t) => t.name.name

function columnsOf(tables: readonly Table[], text: string, nameOf: NameOf): AddressColumn[] {
  return tables.flatMap((table) => {
    const column = table.columns.find((c) => `${nameOf(table)}.${c.name}` === text)
    return column === undefined ? [] : [{ table, column }]
  })
}

function ambiguous(text: string, found: readonly AddressColumn[]): NaruError {
  const names = found.map((c) => `${displayName(c.table.name)}.${c.column.name}`)
  return new NaruError('USAGE', `${text} may be a column of several tables`, {
    why: `there are ${names.join(', ')}`,
    hint: `Name one with its schema: --column ${names[0]}.`,
    state: 'nothing was changed',
  })
}

function noTable(text: string, tables: readonly Table[]): NaruError {
  const name = text.includes('.') ? text.slice(0, text.lastIndexOf('.')) : text
  const known = tables.flatMap((t) => [t.name.name, displayName(t.name)])
  const near = suggest(name, [...new Set(known)])
  return new NaruError('TABLE_MISSING', `there is no table ${name}`, {
    why: near === undefined ? undefined : `Did you mean ${near}?`,
    hint: 'Name the column as table.column, or schema.table.column.',
    state: 'nothing was changed',
  })
}

function noColumn(text: string, table: Table): NaruError {
  const own = [withSchemaOf(table), bareOf(table)].find((name) => text.startsWith(`${name}.`)) ?? ''
  const name = text.slice(own.length + 1)
  const near = suggest(
    name,
    table.columns.map((c) => c.name),
  )
  return new NaruError('COLUMN_MISSING', `${own} has no column ${name}`, {
    why: near === undefined ? undefined : `Did you mean ${near}?`,
    hint: 'Name a column of the table.',
    state: 'nothing was changed',
  })
}
