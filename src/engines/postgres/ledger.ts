/** The ledger in a schema of its own, so that it is never taken for the user's. */
import type { LedgerDialect } from '../../core/sql-ledger.ts'
import { literal } from './values.ts'

/** Schema that holds what naru keeps for itself. */
export const LEDGER_SCHEMA = 'naru_ledger'
/** Schema of id maps, which outlive the ledger. */
const IDS_SCHEMA = 'naru_ids'

/** Schemas that belong to naru and never to the user. */
export const OWN_SCHEMAS: readonly string[] = [LEDGER_SCHEMA, IDS_SCHEMA]

/** CREATE SCHEMA IF NOT EXISTS wants the right to make schemas even where it has nothing to make. */
const madeOnce = (schema: string) =>
  `DO $$ BEGIN IF to_regnamespace('${schema}') IS NULL THEN CREATE SCHEMA IF NOT EXISTS ${schema}; END IF; END $$`

export const ledgerDialect: LedgerDialect = {
  name: (table) => `${LEDGER_SCHEMA}.naru_${table}`,
  literal,
  types: { text: 'text', key: 'text', big: 'bigint', blob: 'bytea' },
  before: [madeOnce(LEDGER_SCHEMA)],
  suffix: '',
  atomicScripts: true,
  drop: [`DROP SCHEMA IF EXISTS ${LEDGER_SCHEMA} CASCADE`],
  exists: (table) => `SELECT 1 AS there WHERE to_regclass('${LEDGER_SCHEMA}.naru_${table}') IS NOT NULL`,
  hasColumn: (table, column) =>
    `SELECT 1 AS there FROM pg_attribute WHERE attrelid = to_regclass('${LEDGER_SCHEMA}.naru_${table}') AND attname = '${column}' AND NOT attisdropped`,
  idMap: (transfer) => ({ schema: IDS_SCHEMA, name: transfer }),
  beforeIdMaps: [madeOnce(IDS_SCHEMA)],
}
