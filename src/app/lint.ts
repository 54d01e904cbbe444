/** `naru lint`: what the statements of scripts may do to a database that is in use. Changes files only where rewriting is asked for. */
import { writeFile } from 'node:fs/promises'
import type { Address } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { LintFile, LintFinding, LintOptions, LintReport, LintRuleInfo, LintSeverity } from '../core/lint.ts'
import { suggest } from '../core/suggest.ts'
import { fixSql } from '../revisions/lint/fix.ts'
import { lintRules } from '../revisions/lint/languages.ts'
import { lintSql } from '../revisions/lint/lint-sql.ts'
import type { LintContext } from '../revisions/lint/rule.ts'
import { type LintInput, lintInputs } from './lint/inputs.ts'
import { lintContext } from './lint/surroundings.ts'

/** Where the scripts are found, and the database that says how large their tables are. */
export interface LintPlace {
  /** Relative paths start here. */
  readonly cwd: string
  readonly database?: Address
  /** What `-` stands for. */
  readonly stdin?: () => Promise<string>
}

const SEVERITIES: readonly LintSeverity[] = ['note', 'warning', 'error']

/** Whether a finding is at least as severe. */
function reaches(finding: LintFinding, least: LintSeverity | 'never'): boolean {
  return least !== 'never' && SEVERITIES.indexOf(finding.severity) >= SEVERITIES.indexOf(least)
}

/** Every rule there is; a code that rules of several engines have stands once for each. */
export async function lintCatalogue(): Promise<readonly LintRuleInfo[]> {
  return lintRules()
}

/** Refuses codes that no rule has. Throws USAGE. */
async function knownCodes(codes: readonly string[]): Promise<void> {
  const known = [...new Set((await lintRules()).map((rule) => rule.code))]
  for (const code of codes) {
    if (known.includes(code)) continue
    const near = suggest(code, known)
    throw new NaruError('USAGE', `no rule is called ${JSON.stringify(code)}`, {
      hint: near === undefined ? '`naru lint --list` shows all.' : `Did you mean ${near}?`,
    })
  }
}

async function write(input: LintInput, text: string): Promise<void> {
  if (input.path === null) {
    throw new NaruError('USAGE', 'standard input cannot be rewritten', { hint: 'Name a file, or leave --fix away.' })
  }
  await writeFile(input.path, text).catch((error: Error) => {
    throw new NaruError('FILE_UNREADABLE', `${input.label} could not be written`, { why: error.message, cause: error })
  })
}

async function lintFile(input: LintInput, context: LintContext, o: LintOptions): Promise<LintFile> {
  const fixed = o.fix ? await fixSql(input.text, context, o) : { text: input.text, done: [] }
  if (fixed.text !== input.text) await write(input, fixed.text)
  const { findings, ignored, statements } = await lintSql(fixed.text, context, o)
  const rewritten = fixed.done.map((r) => r.finding)
  return { path: input.label, engine: context.engine, findings, ignored, statements, rewritten }
}

/**
 * Lints scripts and revisions in SQL. Throws USAGE for an engine or code that is not known, FILE_UNREADABLE, and what opening the database
 * throws; SQL that cannot be read is a finding.
 */
export async function lint(paths: readonly string[], options: LintOptions, place: LintPlace): Promise<LintReport> {
  await knownCodes([...(options.only ?? []), ...(options.ignore ?? [])])
  const stdin = place.stdin ?? (() => Promise.resolve(''))
  if (options.fix && paths.includes('-')) await write({ label: '-', path: null, text: '' }, '')
  const inputs = await lintInputs(paths, place.cwd, stdin)
  const context = await lintContext(options, place.database)
  const files: LintFile[] = []
  for (const input of inputs) files.push(await lintFile(input, context, options))
  const failed = files.some((f) => f.findings.some((finding) => reaches(finding, options.failOn ?? 'warning')))
  return { files, exit: failed ? 1 : 0 }
}
