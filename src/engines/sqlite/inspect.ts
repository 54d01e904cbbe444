/** A SQLite database → Schema. */
import { basename, extname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { OtherObject, Schema, Table } from '../../core/schema.ts'
import { type Catalog, type Entry, openCatalog, type TableInfo } from './catalog.ts'
import { inspectTable } from './inspect-table.ts'
import { isOwnTable } from './ledger.ts'
import { isTouchTrigger } from './touch.ts'

/** Names that SQLite keeps for itself. */
const INTERNAL = /^sqlite_/i

/** The whole database: tables, and everything else as text. Tables of naru's own are left out. */
export function inspectDatabase(db: DatabaseSync, path: string, version: string): Schema {
  const catalog = openCatalog(db)
  const infos = new Map(catalog.tables.map((t) => [t.name, t]))
  const kindOf = (e: Entry): TableInfo['kind'] | undefined => infos.get(e.name)?.kind
  const mine = catalog.entries.filter((e) => !INTERNAL.test(e.name) && !isOwnTable(e.table))
  const tables = mine
    .filter((e) => e.type === 'table' && kindOf(e) === 'table')
    .map((e) => inspectTable(catalog, e, infos.get(e.name) as TableInfo))
  const encoding = String(catalog.all('PRAGMA encoding')[0]?.encoding ?? 'UTF-8')
  return {
    engine: 'sqlite',
    flavor: 'sqlite',
    version,
    name: basename(path, extname(path)),
    charset: encoding,
    tables,
    others: others(catalog, mine, kindOf, tables),
  }
}

function others(
  _catalog: Catalog,
  entries: readonly Entry[],
  kindOf: (e: Entry) => TableInfo['kind'] | undefined,
  tables: readonly Table[],
): OtherObject[] {
  return entries.flatMap((e): OtherObject[] => {
    const definition = e.sql ?? ''
    if (e.type === 'view') return [{ kind: 'view', name: { name: e.name }, definition }]
    if (e.type === 'trigger') {
      const table = tables.find((t) => t.name.name === e.table)
      if (table !== undefined && isTouchTrigger(table, e)) return []
      return [{ kind: 'trigger', name: { name: e.name }, table: { name: e.table }, definition }]
    }
    if (e.type === 'table' && kindOf(e) === 'virtual') {
      return [{ kind: 'virtual table', name: { name: e.name }, definition }]
    }
    return []
  })
}
