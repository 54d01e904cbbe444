/** Tables from the rows of information_schema; SHOW CREATE TABLE only for those whose construction the catalogue does not tell. */
import type { Row } from '../../core/engine.ts'
import type { Check, Table } from '../../core/schema.ts'
import type { Server } from './connect.ts'
import { isJsonAlias, readColumn } from './inspect-columns.ts'
import { isJsonCheck, readChecks, readForeignKeys, readKeys } from './inspect-keys.ts'
import { asText } from './query.ts'
import { readCreateOptions, readOverlaps, readParsers, readPeriod, readTail } from './table-tail.ts'

/** Rows of the catalogue by table name. */
export type ByTable = ReadonlyMap<string, readonly Row[]>

export interface Catalogue {
  readonly columns: ByTable
  readonly statistics: ByTable
  readonly references: ByTable
  readonly checks: ByTable
}

/** Engines whose options the catalogue prints in full. */
const PLAIN_ENGINES = /^(innodb|myisam|memory|csv|archive|blackhole)$/i
const PLAIN_INDEXES = /^(btree|hash|rtree|spatial)$/i
const TEMPORAL = /^(date|datetime|timestamp)/i

/** Whether something of the table can be read in SHOW CREATE TABLE only. */
export function needsStatement(row: Row, c: Catalogue): boolean {
  const name = asText(row.table_name) ?? ''
  if (/(^|\s)partitioned(\s|$)/i.test(asText(row.create_options) ?? '')) return true
  if (!PLAIN_ENGINES.test(asText(row.engine) ?? '')) return true
  if ((c.statistics.get(name) ?? []).some((r) => !PLAIN_INDEXES.test(asText(r.index_type) ?? ''))) return true
  return mayHavePeriod(c.columns.get(name) ?? [], c.checks.get(name) ?? [])
}

/** A period of the application's own shows itself by the check that its start is before its end. */
function mayHavePeriod(columns: readonly Row[], checks: readonly Row[]): boolean {
  const moments = new Set(
    columns.filter((r) => TEMPORAL.test(asText(r.column_type) ?? '')).map((r) => asText(r.column_name) ?? ''),
  )
  return checks.some((r) => {
    const sides = /^`((?:[^`]|``)+)` < `((?:[^`]|``)+)`$/.exec(asText(r.check_clause) ?? '')
    return sides !== null && [sides[1], sides[2]].every((s) => moments.has(s.replaceAll('``', '`')))
  })
}

/** One table. `create`: its SHOW CREATE TABLE where `needsStatement`. */
export function readTable(row: Row, create: string | undefined, c: Catalogue, server: Server, database: string): Table {
  const name = asText(row.table_name) ?? ''
  const { flavor } = server
  const rows = c.columns.get(name) ?? []
  const all = readChecks(c.checks.get(name) ?? [], flavor)
  const json = jsonColumns(rows, all)
  const columns = rows.map((r) => readColumn(r, { flavor, json }))
  const tail = create === undefined ? catalogueTail(row) : readTail(create)
  const period = create === undefined ? undefined : readPeriod(create)
  const counted = columns.find((k) => k.identity !== undefined)
  const shown = { parsers: readParsers(create ?? ''), overlaps: readOverlaps(create ?? '') }
  return {
    name: { name },
    columns,
    ...readKeys(c.statistics.get(name) ?? [], columns, flavor, shown),
    foreignKeys: readForeignKeys(c.references.get(name) ?? [], database),
    checks: all.filter((k) => !(isJsonCheck(k) && json.has(k.name)) && k.name !== period?.name),
    ...(tail.comment && { comment: tail.comment }),
    options: { ...tail.options, ...collation(row), ...(period && { period: period.sql }) },
    rows: Number(row.table_rows ?? 0),
    bytes: Number(row.data_length ?? 0),
    ...(counted && { counter: { column: counted.name, next: nextNumber(row, tail.counter) } }),
  }
}

function jsonColumns(rows: readonly Row[], checks: readonly Check[]): ReadonlySet<string> {
  const checked = new Set(checks.filter(isJsonCheck).map((k) => k.name))
  const names = rows.filter(isJsonAlias).map((r) => asText(r.column_name) ?? '')
  return new Set(names.filter((n) => checked.has(n)))
}

interface Tail {
  readonly options: Readonly<Record<string, string>>
  readonly comment?: string
  readonly counter?: bigint
}

/** The tail of SHOW CREATE TABLE, put together from the catalogue. */
function catalogueTail(row: Row): Tail {
  const comment = asText(row.table_comment)
  return {
    options: {
      engine: asText(row.engine) ?? '',
      ...readCreateOptions(asText(row.create_options) ?? ''),
      ...(asText(row.table_type) === 'SYSTEM VERSIONED' && { system_versioning: 'yes' }),
    },
    ...(comment && { comment }),
  }
}

/** Old servers leave the collation out of their statements where it is the character set's own. */
function collation(row: Row): Record<string, string> {
  const own = asText(row.table_collation)
  return own === null ? {} : { charset: own.split('_')[0], collation: own }
}

function nextNumber(row: Row, shown: bigint | undefined): bigint {
  const known = BigInt(String(row.auto_increment ?? 1))
  return shown !== undefined && shown > known ? shown : known
}
