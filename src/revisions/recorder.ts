/** Runs a revision in TypeScript without a database: its statements are kept, with literals in place of values. */
import type { Dialect } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { RevisionStatement, RevisionTools, RevisionWay } from '../core/revision.ts'
import type { Family } from '../schema/sql-body.ts'
import { kindOf } from './kinds.ts'
import { buildSql } from './tools.ts'

function unknowable(file: string, what: string): NaruError {
  return new NaruError('UNSUPPORTED', `${file} cannot become a script: it reads ${what}`, {
    why: 'a script is made without a database, so nothing can be read on the way',
    hint: 'Run it with `naru upgrade`, or write it so that its statements need no rows.',
    state: 'nothing was changed',
  })
}

/** What a statement gives where nobody runs it: looking at it is refused, awaiting it is not. */
function noRows(file: string): never[] {
  return new Proxy([], {
    get(target, key) {
      if (key === 'then' || typeof key === 'symbol') return Reflect.get(target, key === Symbol.iterator ? key : 'then')
      throw unknowable(file, 'the rows of a statement')
    },
  }) as never[]
}

/** The statements that a way in TypeScript would run. Throws UNSUPPORTED where it reads anything, and what the function throws. */
export async function recordWay(
  way: Extract<RevisionWay, { kind: 'ts' }>,
  o: { readonly family: Family; readonly dialect: Dialect; readonly file: string },
): Promise<RevisionStatement[]> {
  const statements: RevisionStatement[] = []
  const { family, dialect, file } = o
  const tools: RevisionTools = {
    engine: family,
    get flavor(): string {
      throw unknowable(file, 'the flavor of the server')
    },
    get version(): string {
      throw unknowable(file, 'the version of the server')
    },
    async sql(text, ...values) {
      const { sql } = buildSql(text, values, { family, literal: dialect.literal, literals: true })
      statements.push({ sql, line: 1, inTransaction: way.transaction || kindOf(sql, family).inTransaction })
      return noRows(file)
    },
    name: (...parts) => ({ fragment: parts.map(dialect.quote).join('.') }),
    raw: (sql) => ({ fragment: sql }),
    rows() {
      throw unknowable(file, 'rows of a table')
    },
    log() {},
  }
  await way.run(tools)
  return statements
}
