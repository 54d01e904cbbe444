/** How a column that stays is stored: storage, compression, statistics, settings. */
import { columnExtras } from '../ddl-table.ts'
import { nameLiteral } from '../ddl-text.ts'
import { qualified, quote } from '../names.ts'
import { textLiteral } from '../values.ts'
import type { ColumnPair } from './column-pair.ts'

/** Statements for the storage options that differ. */
export function storageSql(p: ColumnPair): string[] {
  const { from, to, table } = p
  const [a, b] = [from.options ?? {}, to.options ?? {}]
  const alter = (what: string) => `ALTER TABLE ONLY ${qualified(table.name)} ALTER COLUMN ${quote(to.name)} ${what}`
  const retyped = from.type.native !== to.type.native
  const gone = (key: string) =>
    (a[key] !== undefined || (retyped && key === 'storage' && false)) && b[key] === undefined
  return [
    ...(gone('storage')
      ? [
          `DO ${textLiteral(`BEGIN EXECUTE (SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET STORAGE %s', a.attrelid::regclass, a.attname, CASE t.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = ${nameLiteral(table.name)}::regclass AND a.attname = ${textLiteral(to.name)}); END`)}`,
        ]
      : []),
    ...(gone('compression') ? [alter('SET COMPRESSION default')] : []),
    ...(gone('statistics') ? [alter('SET STATISTICS -1')] : []),
    ...(gone('settings')
      ? [
          alter(
            `RESET (${a.settings
              .split(', ')
              .map((s) => s.split('=')[0])
              .join(', ')})`,
          ),
        ]
      : []),
    ...columnExtras(table.name, {
      ...to,
      options: Object.fromEntries(Object.entries(b).filter(([k, v]) => retyped || a[k] !== v)),
    }),
  ]
}
