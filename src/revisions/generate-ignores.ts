/** Findings of lint about generated statements that the plan knows better, answered in the file. */
import type { PlannedSteps, Step } from '../core/change.ts'
import { splitSql } from '../schema/sql-split.ts'
import { lintSql } from './lint/lint-sql.ts'
import type { LintContext } from './lint/rule.ts'

/** Findings that are about a copy of the table, or may be. */
const COPIES: Readonly<Record<string, readonly string[]>> = {
  mysql: ['algorithm-not-stated', 'change-column-type', 'add-column-rebuild'],
  postgres: ['change-column-type'],
  sqlite: [],
}

/** Of MySQL the plan was made for a server, and knows how that one goes; of PostgreSQL whether the stored form stays. */
function reasonOf(step: Step, engine: string, server: string): string | null {
  if (step.hazards.some(({ kind }) => kind === 'rewrite' || kind === 'lossy')) return null
  if (engine === 'postgres') return 'the values are stored alike, so no row is written anew'
  const { algorithm } = step
  const cheap = algorithm === 'INSTANT' || algorithm === 'NOCOPY' || algorithm === 'INPLACE'
  return cheap ? `${server} does it by ${algorithm}, without a copy of the table` : null
}

const HEAD = '-- naru:revision 0001\n-- naru:up\n'

/**
 * A section of a generated file with `-- naru:ignore` above each statement of which lint says what the plan of it denies. `server` is what the
 * plan was made for, for people.
 */
export async function withIgnores(
  section: string,
  { steps }: PlannedSteps,
  context: LintContext & { readonly server: string },
): Promise<string> {
  const { engine, server } = context
  const codes = COPIES[engine]
  if (codes.length === 0) return section
  const text = `${HEAD}${section}`
  const owners = steps.flatMap((step) => splitSql(step.sql, engine).map(() => step))
  const statements = splitSql(text, engine)
  if (owners.length !== statements.length) return section
  const { findings } = await lintSql(text, context, { only: codes })
  const lines = text.split('\n')
  for (const [i, { line, start, sql }] of statements.entries()) {
    const end = line + sql.split('\n').length
    const found = findings.filter((f) => f.place.line >= line && f.place.line < end).map((f) => f.code)
    const reason = found.length === 0 ? null : reasonOf(owners[i], engine, server)
    if (reason === null || (start > 0 && text[start - 1] !== '\n')) continue
    lines[line - 1] = `-- naru:ignore ${[...new Set(found)].join(', ')} ${reason}\n${lines[line - 1]}`
  }
  return lines.join('\n').slice(HEAD.length)
}
