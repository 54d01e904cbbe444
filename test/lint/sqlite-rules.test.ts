import { language } from '../../src/revisions/lint/sqlite/index.ts'
import { rulesHold } from './rule-suite.ts'
import { ALTER_CASES } from './sqlite-cases-alter.ts'
import { TABLE_CASES } from './sqlite-cases-tables.ts'

rulesHold(language, { engine: 'sqlite', inTransaction: false }, { ...ALTER_CASES, ...TABLE_CASES })
