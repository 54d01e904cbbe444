/** Statements of PostgreSQL as its own parser reads them, with places in characters. */
import { hasSqlDetails, loadModule, type Node, parseSync, scanSync } from 'libpg-query'
import type { LintContext, Unreadable } from '../rule.ts'
import { type Alteration, alterationsOf, type Token } from './alter.ts'
import { type Known, knowing } from './known.ts'

export interface PostgresStatement {
  readonly sql: string
  /** An object with one field, named after the kind of statement. */
  readonly node: Node
  /** What earlier statements of the script did. */
  readonly known: Known
  /** A location of the parser (bytes of UTF-8) as an offset in characters. */
  at(location: number | undefined): number
  /** Words and signs without comments; scanned when first asked for. */
  tokens(): readonly Token[]
  /** Commands of ALTER TABLE, in order; none for other statements. */
  readonly alterations: readonly Alteration[]
}

/** Must be awaited once before statements are read. */
export const loadGrammar = loadModule

/** Offsets in bytes → offsets in characters; the same where all is ASCII. */
function charsOf(sql: string): (bytes: number) => number {
  const encoded = Buffer.from(sql)
  if (encoded.length === sql.length) return (bytes) => bytes
  return (bytes) => encoded.toString('utf8', 0, bytes).length
}

function tokensOf(sql: string, at: (bytes: number) => number): readonly Token[] {
  return scanSync(sql)
    .tokens.filter((t) => t.tokenName !== 'SQL_COMMENT' && t.tokenName !== 'C_COMMENT')
    .map((t) => ({ text: t.text, from: at(t.start), to: at(t.end) }))
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Errors count in code points. */
function unreadable(sql: string, error: unknown): Unreadable {
  if (!hasSqlDetails(error)) throw error
  const at = [...sql].slice(0, error.sqlDetails?.cursorPosition ?? 0).join('').length
  return { unreadable: error.message, at: Math.min(at, sql.length - 1) }
}

/** See LintLanguage.reader. */
export function postgresReader(context: LintContext): (sql: string, alone: boolean) => PostgresStatement | Unreadable {
  const learn = knowing(context)
  return (sql, alone) => {
    try {
      const [first] = parseSync(sql).stmts ?? []
      if (first?.stmt === undefined) return { unreadable: 'there is no statement here' }
      const at = charsOf(sql)
      const tokens = once(() => tokensOf(sql, at))
      return {
        sql,
        node: first.stmt,
        known: learn(first.stmt, alone),
        at: (location) => at(location ?? 0),
        tokens,
        alterations: alterationsOf(first.stmt, tokens),
      }
    } catch (error) {
      return unreadable(sql, error)
    }
  }
}
