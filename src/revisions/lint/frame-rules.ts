/** Findings about the script itself and about its comments, on all engines. */
import type { LintRuleInfo } from '../../core/lint.ts'

const ALL = ['postgres', 'mysql', 'sqlite'] as const

export const SYNTAX: LintRuleInfo = {
  code: 'syntax',
  engines: ALL,
  severity: 'error',
  title: 'The statement cannot be read',
  why: 'The grammar of the engine refuses the statement, so the server would refuse it too, and no other rule was asked about it. PostgreSQL is read with the parser of version 18.',
  safe: 'Correct the statement. Commands and variables of a client (`:name` of psql) are not SQL: they cannot be linted.',
  fixable: false,
}

export const IGNORE_UNUSED: LintRuleInfo = {
  code: 'ignore-unused',
  engines: ALL,
  severity: 'note',
  title: 'A comment ignores what was not found',
  why: 'A comment `-- naru:ignore` names a code that no finding of its statement has, or that no rule has. It hides nothing today, and may hide something tomorrow.',
  safe: 'Remove the comment, or correct the code.',
  fixable: false,
}

export const IGNORE_WITHOUT_REASON: LintRuleInfo = {
  code: 'ignore-without-reason',
  engines: ALL,
  severity: 'note',
  title: 'A comment ignores a finding and does not say why',
  why: 'Whoever reads the statement later cannot tell whether the finding was weighed or only silenced.',
  safe: 'Say it behind the code: `-- naru:ignore drop-column nothing has read it since version 4.2`',
  fixable: false,
}

export const LOSES_DATA: LintRuleInfo = {
  code: 'loses-data',
  engines: ALL,
  severity: 'warning',
  title: 'A comment says that data is lost',
  why: 'naru writes `-- loses data: …` above a generated statement after which values are gone for good. Where the statement itself does not show it, as when SQLite makes a table anew without a column, the comment is all there is to go by.',
  safe: 'Copy the values elsewhere first, or say a rename with `--rename` when the revision is generated. Where it is meant: `-- naru:ignore loses-data nobody has filled it since version 4.2`',
  fixable: false,
}

/** All of them. */
export const FRAME_RULES: readonly LintRuleInfo[] = [LOSES_DATA, SYNTAX, IGNORE_UNUSED, IGNORE_WITHOUT_REASON]
