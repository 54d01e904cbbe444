/** Lint of PostgreSQL: the rules, and what reads its statements. */
import type { LintLanguage } from '../rule.ts'
import { loadGrammar, type PostgresStatement, postgresReader } from './read.ts'
import { POSTGRES_RULES } from './rules.ts'

export const language: LintLanguage<PostgresStatement> = { rules: POSTGRES_RULES, reader: postgresReader }

/** The grammar is a WebAssembly module: it must be there before the first statement is read. */
export const ready = loadGrammar
