import { language } from '../../src/revisions/lint/mysql/index.ts'
import { COLUMN_CASES } from './mysql-cases-columns.ts'
import { ROW_CASES } from './mysql-cases-rows.ts'
import { TABLE_CASES } from './mysql-cases-tables.ts'
import { TYPE_CASES } from './mysql-cases-types.ts'
import { rulesHold } from './rule-suite.ts'

rulesHold(
  language,
  { engine: 'mysql', inTransaction: false },
  { ...COLUMN_CASES, ...TABLE_CASES, ...TYPE_CASES, ...ROW_CASES },
)
