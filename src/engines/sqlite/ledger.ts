/** The ledger's names and types in SQLite. */
import type { LedgerDialect } from '../../core/sql-ledger.ts'
import { literal, quote } from './literal.ts'

const TABLES = [
  'run',
  'unit',
  'mark',
  'reject',
  'step',
  'file',
  'repair',
  'repair_chunk',
  'repair_image',
  'sync',
  'base',
  'base_part',
] as const

const OWN: ReadonlySet<string> = new Set([...TABLES, 'version'].map((name) => `naru_${name}`))

/** Whether a table belongs to naru and never to the user's schema: the ledger, the revisions that are applied, id maps. */
export const isOwnTable = (name: string): boolean => OWN.has(name) || name.startsWith('naru_ids_')

export const ledgerDialect: LedgerDialect = {
  name: (table) => quote(`naru_${table}`),
  literal,
  types: { text: 'TEXT', key: 'TEXT', big: 'INTEGER', blob: 'BLOB' },
  before: [],
  suffix: '',
  drop: TABLES.map((name) => `DROP TABLE IF EXISTS ${quote(`naru_${name}`)}`),
  exists: (table) => `SELECT 1 AS one FROM sqlite_schema WHERE type = 'table' AND name = ${literal(`naru_${table}`)}`,
  hasColumn: (table, column) => `SELECT 1 AS one FROM pragma_table_info('naru_${table}') WHERE name = '${column}'`,
  idMap: (transfer) => ({ name: `naru_ids_${transfer}` }),
  beforeIdMaps: [],
}
