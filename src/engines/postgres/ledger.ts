/** The ledger in a schema of its own, so that it is never taken for the user's. */
import type { LedgerDialect } from '../../core/sql-ledger.ts'
import { literal } from './values.ts'

/** Schema that holds what naru keeps for itself. */
const LEDGER_SCHEMA = 'naru_ledger'

export const ledgerDialect: LedgerDialect = {
  name: (table) => `${LEDGER_SCHEMA}.naru_${table}`,
  literal,
  types: { text: 'text', key: 'text', big: 'bigint', blob: 'bytea' },
  before: [`CREATE SCHEMA IF NOT EXISTS ${LEDGER_SCHEMA}`],
  suffix: '',
  drop: [`DROP SCHEMA IF EXISTS ${LEDGER_SCHEMA} CASCADE`],
  exists: (table) => `SELECT 1 AS there WHERE to_regclass('${LEDGER_SCHEMA}.naru_${table}') IS NOT NULL`,
}
