/** What a file itself says of its tables up to a statement: made in it, with which columns and keys. */
import type { ObjectName } from '../../../core/schema.ts'
import type { AlterTable, Clause } from './alter.ts'
import type { ColumnText } from './column.ts'
import type { KeyText } from './key.ts'
import { type ReadStatement, readStatement } from './statement.ts'
import type { CreateTable, OptionText } from './table.ts'
import type { Family } from './token.ts'

export interface KnownTable {
  readonly name: ObjectName
  /** Made in this file: nobody uses it yet, and all its columns are known. */
  readonly made: boolean
  readonly temporary: boolean
  /** By name in lower case; of a table that is not made here only those that the file defined. */
  readonly columns: ReadonlyMap<string, ColumnText>
  readonly keys: readonly KeyText[]
  readonly options: readonly OptionText[]
}

/** What is known after some statements. */
interface Known {
  readonly tables: ReadonlyMap<string, KnownTable>
  /** BEGIN without its COMMIT. */
  readonly begun: boolean
  /** A transaction holds the whole script, from outside. */
  readonly held: boolean
  /** Settings of the session that the script made: variables of MySQL, pragmas of SQLite. `1` and `0` for on and off. */
  readonly settings: ReadonlyMap<string, string>
}

const NOTHING: Known = { tables: new Map(), begun: false, held: false, settings: new Map() }

/** A statement, and what the script did before it. */
export interface Statement extends ReadStatement {
  readonly known: Known
}

/** Reads the statements of one script, one after the other. `held`: a transaction holds all of it. */
export function scriptReader(family: Family, held: boolean): (sql: string) => Statement {
  let known: Known = { ...NOTHING, held }
  return (sql) => {
    const statement = { ...readStatement(sql, family), known }
    known = fold(known, statement)
    return statement
  }
}

/** What the script said of a table before the statement. */
export function knownTable(statement: Statement, name: ObjectName): KnownTable | undefined {
  return statement.known.tables.get(keyIn(statement.known.tables, name))
}

/** SQLite: `temp.t` is the temporary table that the script made as `t`. */
function keyIn(tables: Known['tables'], name: ObjectName): string {
  const bare = keyOf({ name: name.name })
  return name.schema?.toLowerCase() === 'temp' && tables.get(bare)?.temporary === true ? bare : keyOf(name)
}

/** Whether the script made the table before: nobody waits for it, and no row but its own is in it. */
export function isMade(statement: Statement, name: ObjectName): boolean {
  return knownTable(statement, name)?.made === true
}

/** The column as the script defined it before. */
export function knownColumn(statement: Statement, table: ObjectName, column: string): ColumnText | undefined {
  return knownTable(statement, table)?.columns.get(column.toLowerCase())
}

const keyOf = (name: ObjectName): string => `${name.schema ?? ''}.${name.name}`.toLowerCase()

function fold(known: Known, { act }: ReadStatement): Known {
  switch (act.kind) {
    case 'begin':
      return { ...known, begun: true }
    case 'commit':
    case 'rollback':
      return { ...known, begun: false }
    case 'pragma':
      // Inside a transaction SQLite does not hear it.
      if (act.value === null || (act.name === 'foreign_keys' && (known.begun || known.held))) return known
      return set(known, [[act.name, act.value]])
    case 'set':
      return set(known, act.values)
    case 'create-table':
      return put(known, created(act))
    case 'alter-table':
      return altered(known, act)
    case 'create-index': {
      const table = known.tables.get(keyOf(act.table.name))
      return put(known, { ...(table ?? unknown(act.table.name)), keys: [...(table?.keys ?? []), act.key] })
    }
    case 'drop-index':
      return withoutIndex(known, act.name.name.name)
    case 'drop-table':
      return without(
        known,
        act.tables.map((t) => t.name),
      )
    case 'rename-table':
      return act.pairs.reduce((k, { from, to }) => renamed(k, from.name, to.name), known)
    default:
      return known
  }
}

function set(known: Known, values: Iterable<readonly [string, string]>): Known {
  const settings = new Map(known.settings)
  for (const [name, value] of values) settings.set(name, value)
  return { ...known, settings }
}

const unknown = (name: ObjectName): KnownTable => ({
  name,
  made: false,
  temporary: false,
  columns: new Map(),
  keys: [],
  options: [],
})

function put(known: Known, table: KnownTable): Known {
  return { ...known, tables: new Map(known.tables).set(keyOf(table.name), table) }
}

function without(known: Known, names: readonly ObjectName[]): Known {
  const tables = new Map(known.tables)
  for (const name of names) tables.delete(keyIn(tables, name))
  return { ...known, tables }
}

/** Of SQLite a name of an index stands alone; of MySQL two tables may have one of the same name, then both are forgotten. */
function withoutIndex(known: Known, index: string): Known {
  const stays = (key: KeyText) => key.name?.name.toLowerCase() !== index.toLowerCase()
  const tables = [...known.tables].map(([name, t]) => [name, { ...t, keys: t.keys.filter(stays) }] as const)
  return { ...known, tables: new Map(tables) }
}

function renamed(known: Known, from: ObjectName, to: ObjectName): Known {
  const table = known.tables.get(keyOf(from))
  return table === undefined ? known : put(without(known, [from]), { ...table, name: to })
}

/** IF NOT EXISTS is how most scripts make a table that is not there. */
function created(act: CreateTable): KnownTable {
  return {
    name: act.table.name,
    made: true,
    temporary: act.temporary,
    columns: new Map(act.columns.map((c) => [c.name.toLowerCase(), c])),
    keys: act.keys.map((k) => k.key),
    options: act.options,
  }
}

function altered(known: Known, act: AlterTable): Known {
  const table = act.clauses.reduce(alteredBy, known.tables.get(keyOf(act.table.name)) ?? unknown(act.table.name))
  const rename = act.clauses.find((c) => c.kind === 'rename-table')
  const next = put(known, table)
  return rename === undefined ? next : renamed(next, act.table.name, rename.to.name)
}

function alteredBy(table: KnownTable, clause: Clause): KnownTable {
  const columns = new Map(table.columns)
  switch (clause.kind) {
    case 'add-column':
    case 'modify-column':
      return { ...table, columns: columns.set(clause.column.name.toLowerCase(), clause.column) }
    case 'change-column':
      columns.delete(clause.from.name.toLowerCase())
      return { ...table, columns: columns.set(clause.column.name.toLowerCase(), clause.column) }
    case 'drop-column':
      columns.delete(clause.column.name.toLowerCase())
      return { ...table, columns }
    case 'rename-column': {
      const column = columns.get(clause.from.name.toLowerCase())
      columns.delete(clause.from.name.toLowerCase())
      if (column !== undefined) columns.set(clause.to.name.toLowerCase(), { ...column, name: clause.to.name })
      return { ...table, columns }
    }
    case 'alter-column': {
      const column = columns.get(clause.column.name.toLowerCase())
      if (column === undefined || !/DEFAULT$/.test(clause.does)) return table
      columns.set(clause.column.name.toLowerCase(), { ...column, default: clause.value })
      return { ...table, columns }
    }
    case 'add-key':
      return { ...table, keys: [...table.keys, clause.key] }
    case 'drop-key':
      return {
        ...table,
        keys: table.keys.filter((k) =>
          clause.what === 'primary' ? k.kind !== 'primary' : k.name?.name.toLowerCase() !== clause.name.toLowerCase(),
        ),
      }
    case 'options':
      return { ...table, options: [...table.options, ...clause.options] }
    default:
      return table
  }
}
