/** Foreign keys that a column says by itself, and those that need a name. */
import { displayName, type ForeignKey, type Table } from '../core/schema.ts'
import { call, member, object } from './codegen-text.ts'
import type { DrizzleContext, TableParts } from './drizzle-context.ts'
import type { DrizzleDialect } from './drizzle-default.ts'

const ANY_COLUMN = { pg: 'AnyPgColumn', mysql: 'AnyMySqlColumn', sqlite: 'AnySQLiteColumn' } as const

/** The name that an engine gives to a foreign key that was not named. */
function defaultForeignKeyName(table: Table, f: ForeignKey, dialect: DrizzleDialect): string {
  if (dialect === 'sqlite') return f.name
  if (dialect === 'pg') return `${table.name.name}_${f.columns.join('_')}_fkey`
  const prefix = `${table.name.name}_ibfk_`
  const own = table.foreignKeys.filter((k) => k.name.startsWith(prefix))
  return own.includes(f) ? f.name : `${prefix}1`
}

function actions(f: ForeignKey): string {
  const said = (action: string) => (action === 'no action' ? undefined : `'${action}'`)
  return object([
    ['onDelete', said(f.onDelete)],
    ['onUpdate', said(f.onUpdate)],
  ])
}

/** Foreign keys that a column says by itself: of one column, named as the engine would name it. */
export function inlineKeys(table: Table, c: DrizzleContext): ForeignKey[] {
  return table.foreignKeys.filter((f) => {
    const target = c.tables.get(displayName(f.references))
    if (f.columns.length !== 1 || target === undefined || !target.keys.has(f.referencedColumns[0])) return false
    return defaultForeignKeyName(table, f, c.dialect) === f.name
  })
}

/** `.references(() => …)` behind a column. */
export function references(table: Table, f: ForeignKey, p: TableParts): string {
  const target = p.context.tables.get(displayName(f.references))
  if (target === undefined) return ''
  const circle = p.context.inCircle(table.name, f.references)
  const typed = circle ? `(): ${p.imports.coreType(ANY_COLUMN[p.context.dialect])}` : '()'
  const column = target.keys.get(f.referencedColumns[0]) ?? f.referencedColumns[0]
  const constant = p.imports.local(p.places.table(target), target.constant)
  return call('.references', `${typed} => ${member(constant, column)}`, actions(f))
}
