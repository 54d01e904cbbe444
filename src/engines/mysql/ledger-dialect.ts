/** The ledger on MySQL and MariaDB: InnoDB tables naru_… whose texts compare byte by byte. */
import type { LedgerDialect } from '../../core/sql-ledger.ts'
import { literal, quote } from './literal.ts'

const NAMES = [
  'run',
  'unit',
  'mark',
  'reject',
  'step',
  'journal',
  'file',
  'repair',
  'repair_chunk',
  'repair_image',
  'sync',
  'base',
  'base_part',
]
const BINARY = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'

const OWN: ReadonlySet<string> = new Set([...NAMES, 'version'].map((n) => `naru_${n}`))

/** Whether a table belongs to naru and never to the user's schema: the ledger, the revisions that are applied, id maps. */
export const isOwnTable = (name: string): boolean => OWN.has(name) || name.startsWith('naru_ids_')

/** For core/sql-ledger. */
export const ledgerDialect: LedgerDialect = {
  name: (table) => quote(`naru_${table}`),
  literal,
  types: { text: `longtext ${BINARY}`, key: `varchar(255) ${BINARY}`, big: 'bigint', blob: 'longblob' },
  before: [],
  suffix: ` ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT ${BINARY}`,
  drop: [`DROP TABLE IF EXISTS ${NAMES.map((n) => quote(`naru_${n}`)).join(', ')}`],
  exists: (table) =>
    `SELECT 1 AS there FROM information_schema.tables WHERE table_schema = database() AND table_name = ${literal(`naru_${table}`)}`,
  hasColumn: (table, column) =>
    `SELECT 1 AS there FROM information_schema.columns WHERE table_schema = database() AND table_name = 'naru_${table}' AND column_name = '${column}'`,
  idMap: (transfer) => ({ name: `naru_ids_${transfer}` }),
  beforeIdMaps: [],
}
