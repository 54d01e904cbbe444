/** docs/lint.md from the rules of lint. */
import type { LintRuleInfo } from '../../src/core/lint.ts'
import { SMALL_BYTES, SMALL_ROWS } from '../../src/core/size.ts'
import { FRAME_RULES } from '../../src/revisions/lint/frame-rules.ts'
import { languageOf } from '../../src/revisions/lint/languages.ts'
import { code, page, table } from './markdown.ts'

const INTRO = `\`naru lint\` reads scripts and revisions in SQL and tells what their statements may do to a database that is in use: whom they lock
out, what they rewrite, which programs they break, which rows they lose. PostgreSQL is read with the parser of the server itself, of
version 18. Flags: [cli.md](cli.md).

An *error* breaks readers, writers or rows; a *warning* may do so under load or on large tables; a *note* is better said otherwise.
\`--fail-on\` says which of them make the exit code 1. What is made earlier in the same script is new: nobody waits for it.`

const SIZE = `## Size

With \`--database\` naru asks a database once for the size of its tables, the types of their columns and its version. A finding that is
dangerous by size alone (marked below) is a note on a table of at most ${SMALL_ROWS.toLocaleString('en')} rows and ${SMALL_BYTES / 1024 / 1024} MiB by the statistics of the
database.`

const IGNORE = `## Ignoring

\`\`\`sql
-- naru:ignore drop-column not read since 4.2
ALTER TABLE orders DROP COLUMN fax;

DROP TABLE fax_numbers; -- naru:ignore drop-table, drop-cascade exported on 2026-03-01
\`\`\`

The comment stands before the statement, in it, or behind it on the line where it ends. \`-- naru:ignore-file CODE reason\` is about the
whole file. On the command line \`--ignore CODE\` leaves a rule out altogether.`

const REVISIONS = `## Revisions

Of a file with the header of a revision the way up is linted, with \`--down\` also the way down. naru runs by itself outside of the
transaction what cannot run in one, sets lock_timeout and tries again: nothing is said about those. A statement after
\`-- naru:no-transaction\` counts as having a transaction of its own. Do not let \`--fix\` rewrite a revision that
is applied somewhere: its checksum changes.`

function facts(rule: LintRuleInfo): string {
  const list = [rule.severity, ...(rule.bySize ? ['by size'] : []), ...(rule.fixable ? ['`--fix` rewrites it'] : [])]
  return `${rule.title}. (${list.join('; ')})`
}

const section = (rule: LintRuleInfo): string => `### ${rule.code}\n\n${facts(rule)}\n\n${rule.why}\n\n${rule.safe}`

function overview(rules: readonly LintRuleInfo[]): string {
  const rows = rules.map((r) => [code(r.code), r.severity, r.bySize ? 'yes' : '', r.fixable ? 'yes' : '', r.title])
  return table(['code', 'severity', 'by size', 'rewrites', ''], rows)
}

const NAMES = { postgres: 'PostgreSQL', mysql: 'MySQL and MariaDB', sqlite: 'SQLite' } as const

/** How lint is told things, then every rule. */
export async function lintPage(): Promise<string> {
  const engines = Object.keys(NAMES) as (keyof typeof NAMES)[]
  const parts = await Promise.all(
    engines.map(async (engine) => {
      const { rules } = await languageOf(engine)
      return rules.length === 0 ? [] : [`## ${NAMES[engine]}`, overview(rules), ...rules.map(section)]
    }),
  )
  const frame = ['## All engines', overview(FRAME_RULES), ...FRAME_RULES.map(section)]
  return page('Lint', 'src/revisions/lint', INTRO, SIZE, IGNORE, REVISIONS, ...parts.flat(), ...frame)
}
