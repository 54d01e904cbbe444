/** How a column that stays is stored: storage, compression, statistics, settings. */
import type { ObjectName } from '../../../core/schema.ts'
import { columnExtras } from '../ddl-table.ts'
import { nameLiteral } from '../ddl-text.ts'
import { qualified, quote } from '../names.ts'
import { textLiteral } from '../values.ts'
import type { ColumnPair } from './column-pair.ts'

/** `n_distinct=5, …` → the names alone. */
const settingNames = (settings: string) => settings.split(', ').map((s) => s.split('=')[0])

/** Back to the storage that columns of that type have. */
function usualStorage(table: ObjectName, column: string): string {
  const word = `CASE t.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END`
  const statement = `format('ALTER TABLE ONLY %s ALTER COLUMN %I SET STORAGE %s', a.attrelid::regclass, a.attname, ${word})`
  const where = `a.attrelid = ${nameLiteral(table)}::regclass AND a.attname = ${textLiteral(column)}`
  const query = `SELECT ${statement} FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE ${where}`
  return `DO ${textLiteral(`BEGIN EXECUTE (${query}); END`)}`
}

/** Statements for the storage options that differ. */
export function storageSql(p: ColumnPair): string[] {
  const { from, to, table } = p
  const [a, b] = [from.options ?? {}, to.options ?? {}]
  const alter = (what: string) => `ALTER TABLE ONLY ${qualified(table.name)} ALTER COLUMN ${quote(to.name)} ${what}`
  const retyped = from.type.native !== to.type.native
  const gone = (key: string) => a[key] !== undefined && b[key] === undefined
  return [
    ...(gone('storage') ? [usualStorage(table.name, to.name)] : []),
    ...(gone('compression') ? [alter('SET COMPRESSION default')] : []),
    ...(gone('statistics') ? [alter('SET STATISTICS -1')] : []),
    ...(gone('settings') ? [alter(`RESET (${settingNames(a.settings).join(', ')})`)] : []),
    ...columnExtras(table.name, {
      ...to,
      options: Object.fromEntries(Object.entries(b).filter(([k, v]) => retyped || a[k] !== v)),
    }),
  ]
}
