/** CREATE TABLE from the model: everything is inline, since SQLite adds no constraint later. */
import type { Check, Column, ForeignKey, KeyConstraint, Table } from '../../core/schema.ts'
import { renderDefault } from './default-value.ts'
import { literal, quote } from './literal.ts'

/** The column option under which a conflict clause of NOT NULL is kept. */
export const NULL_CONFLICT = 'not null on conflict'

/** The column option of a primary key's column that is not declared NOT NULL: SQLite lets NULL into it, whether or not there is one. */
export const NULL_IN_KEY = 'null in primary key'

const conflict = (what: string | undefined): string => (what === undefined ? '' : ` ON CONFLICT ${what.toUpperCase()}`)

const list = (names: readonly string[]): string => names.map(quote).join(', ')

/** The table as one that says itself whether it keeps a counter. */
export function sayingItself(table: Table): Table {
  return { ...table, options: { ...table.options, sql: table.options.sql ?? '' } }
}

/** The statement for a table of this engine. */
export function createStatement(table: Table): string {
  const alias = rowidColumn(table)
  const items = [
    ...table.columns.map((c) => columnText(table, c, c === alias)),
    ...(table.primaryKey !== undefined && alias === undefined ? [keyText('PRIMARY KEY', table.primaryKey)] : []),
    ...table.uniques.map((u) => keyText('UNIQUE', u)),
    ...table.checks.map(checkText),
    ...enumChecks(table),
    ...table.foreignKeys.map(foreignKeyText),
  ]
  const options = [
    ...(table.options.strict === 'yes' ? ['STRICT'] : []),
    ...(table.options['without rowid'] === 'yes' ? ['WITHOUT ROWID'] : []),
  ]
  const suffix = options.length > 0 ? ` ${options.join(', ')}` : ''
  return `CREATE TABLE ${quote(table.name.name)} (\n  ${items.join(',\n  ')}\n)${suffix}`
}

/** The single primary key column that numbers itself: it must be INTEGER, whatever integer it was. */
export function rowidColumn(table: Table): Column | undefined {
  const key = table.primaryKey?.columns ?? []
  if (key.length !== 1 || table.options['without rowid'] === 'yes') return undefined
  return table.columns.find((c) => c.name === key[0] && c.identity !== undefined)
}

/** A column's definition; `alias`: it is the rowid. */
export function columnText(table: Table, column: Column, alias: boolean): string {
  const name = quote(column.name)
  if (alias)
    return `${name} INTEGER${keyName(table)} PRIMARY KEY${conflict(table.primaryKey?.onConflict)}${keepsCounter(table) ? ' AUTOINCREMENT' : ''}`
  const type = column.type.native === '' ? '' : ` ${column.type.native}`
  const collate = column.collation ?? (column.caseInsensitive ? 'NOCASE' : undefined)
  const known = collate !== undefined && /^(NOCASE|RTRIM|BINARY)$/i.test(collate)
  const parts = [
    column.generated === undefined ? renderDefault(column) : '',
    column.nullable || column.options?.[NULL_IN_KEY] !== undefined
      ? ''
      : ` NOT NULL${conflict(column.options?.[NULL_CONFLICT])}`,
    known ? ` COLLATE ${collate}` : column.caseInsensitive ? ' COLLATE NOCASE' : '',
    generatedText(column),
  ]
  return `${name}${type}${parts.join('')}`
}

function keyName(table: Table): string {
  return table.primaryKey === undefined ? '' : ` CONSTRAINT ${quote(table.primaryKey.name)}`
}

/** Other engines never hand out a number twice; SQLite only with AUTOINCREMENT. Its own tables say so themselves. */
function keepsCounter(table: Table): boolean {
  return table.options.sql === undefined || table.options.autoincrement === 'yes'
}

function generatedText(column: Column): string {
  if (column.generated === undefined) return ''
  return ` GENERATED ALWAYS AS (${column.generated.expression}) ${column.generated.stored ? 'STORED' : 'VIRTUAL'}`
}

/** A primary key or unique constraint of the table. */
export function keyText(kind: string, key: KeyConstraint): string {
  const parts = key.parts?.map((p) =>
    p.column === undefined ? undefined : `${quote(p.column)}${p.descending ? ' DESC' : ''}`,
  )
  const columns = parts?.every((p) => p !== undefined) ? parts.join(', ') : list(key.columns)
  return `CONSTRAINT ${quote(key.name)} ${kind} (${columns})${conflict(key.onConflict)}`
}

/** Labels of an enum, unless a check on the column says more. */
function enumChecks(table: Table): string[] {
  return table.columns.flatMap((c) => {
    const { logical } = c.type
    if (logical.kind !== 'enum' || table.checks.some((check) => check.expression.includes(quote(c.name)))) return []
    const name = quote(`${table.name.name}_${c.name}_enum`)
    return [`CONSTRAINT ${name} CHECK (${quote(c.name)} IN (${logical.values.map(literal).join(', ')}))`]
  })
}

/** A check of the table. */
export function checkText(check: Check): string {
  return `CONSTRAINT ${quote(check.name)} CHECK (${check.expression})`
}

/** A foreign key of the table. */
export function foreignKeyText(f: ForeignKey): string {
  const action = (when: string, what: string) => (what === 'no action' ? '' : ` ON ${when} ${what.toUpperCase()}`)
  const deferrable = f.deferrable ? ` DEFERRABLE${f.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}` : ''
  return `CONSTRAINT ${quote(f.name)} FOREIGN KEY (${list(f.columns)}) REFERENCES ${quote(f.references.name)} (${list(f.referencedColumns)})${action('UPDATE', f.onUpdate)}${action('DELETE', f.onDelete)}${deferrable}`
}
