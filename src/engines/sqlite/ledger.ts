/** The ledger's names and types in SQLite. */
import type { LedgerDialect } from '../../core/sql-ledger.ts'
import { literal, quote } from './literal.ts'

const TABLES = ['run', 'unit', 'mark', 'reject', 'step', 'file', 'repair', 'repair_chunk', 'repair_image'] as const

/** Tables that belong to naru and never to the user's schema: the ledger, and the revisions that are applied. */
export const OWN_NAMES: ReadonlySet<string> = new Set([...TABLES, 'version'].map((name) => `naru_${name}`))

export const ledgerDialect: LedgerDialect = {
  name: (table) => quote(`naru_${table}`),
  literal,
  types: { text: 'TEXT', key: 'TEXT', big: 'INTEGER', blob: 'BLOB' },
  before: [],
  suffix: '',
  drop: TABLES.map((name) => `DROP TABLE IF EXISTS ${quote(`naru_${name}`)}`),
  exists: (table) => `SELECT 1 AS one FROM sqlite_schema WHERE type = 'table' AND name = ${literal(`naru_${table}`)}`,
}
