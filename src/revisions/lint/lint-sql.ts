/** A script → what its statements may do to a database that is in use. */
import type { LintFinding, LintIgnored, LintRuleInfo } from '../../core/lint.ts'
import { SMALL_BYTES, SMALL_ROWS } from '../../core/size.ts'
import type { SqlStatement } from '../../schema/sql-split.ts'
import { IGNORE_UNUSED, IGNORE_WITHOUT_REASON, LOSES_DATA, SYNTAX } from './frame-rules.ts'
import { type Ignore, ignoresOf, statementOf } from './ignores.ts'
import { languageOf } from './languages.ts'
import { type Part, type Parts, partsOf } from './parts.ts'
import { placesOf } from './places.ts'
import type { Found, LintContext, LintLanguage, LintRule, TableSize, Unreadable } from './rule.ts'

/** Which findings are wanted. */
export interface LintChoice {
  /** The way down of a revision too. */
  readonly down?: boolean
  /** Only rules with these codes; what cannot be read is told always. */
  readonly only?: readonly string[]
  /** All rules but these. */
  readonly ignore?: readonly string[]
}

/** A statement to be written otherwise: `from` and `to` are offsets in the text, the terminator within. */
export interface Rewrite {
  readonly finding: LintFinding
  readonly from: number
  readonly to: number
  readonly text: string
}

export interface Linted {
  /** In the order of their places. */
  readonly findings: readonly LintFinding[]
  readonly ignored: readonly LintIgnored[]
  readonly statements: number
  /** At most one a statement: the next are found when this one is done. */
  readonly rewrites: readonly Rewrite[]
}

/** A finding before its comments were asked. */
interface Raw {
  readonly finding: LintFinding
  readonly at: number
  readonly statement: SqlStatement | null
}

interface Job {
  readonly text: string
  readonly context: LintContext
  readonly choice: LintChoice
  readonly language: LintLanguage<unknown>
  readonly place: ReturnType<typeof placesOf>
}

const isUnreadable = (read: unknown): read is Unreadable =>
  typeof read === 'object' && read !== null && 'unreadable' in read

function wanted(code: string, { only, ignore }: LintChoice): boolean {
  if (code === SYNTAX.code) return true
  return (only === undefined || only.includes(code)) && !(ignore ?? []).includes(code)
}

/** What is not known is not small, unless the other says it: rows have bytes, and a file without statistics of them (SQLite) has rows. */
function isSmall({ rows, bytes }: TableSize): boolean {
  if (rows === undefined && bytes === undefined) return false
  return (rows ?? 0) <= SMALL_ROWS && (bytes ?? 0) <= SMALL_BYTES
}

/** The finding as rule, text and database together say it. */
function raw(job: Job, rule: LintRuleInfo, found: Found, s: SqlStatement): Raw {
  const { message, table, fix } = found
  const size = table === undefined ? null : (job.context.size?.(table) ?? null)
  const small = rule.bySize === true && size !== null && isSmall(size)
  const from = s.start + (found.from ?? 0)
  const to = found.from === undefined ? s.start + s.sql.length : s.start + (found.to ?? found.from + 1)
  const finding: LintFinding = {
    code: rule.code,
    severity: small ? 'note' : (found.severity ?? rule.severity),
    message,
    place: job.place(from, to),
    ...(table !== undefined && { table }),
    ...size,
    ...(fix !== undefined && { fix }),
  }
  return { finding, at: from, statement: s }
}

function checkAll(job: Job, rule: LintRule<unknown>, read: readonly unknown[], texts: readonly SqlStatement[]): Raw[] {
  return read.flatMap((statement, index) =>
    rule
      .check(statement, { statements: read, index, context: job.context })
      .map((found) => raw(job, rule, found, texts[index])),
  )
}

/** The word at a place. */
function wordAt(sql: string, from: number | undefined): Pick<Found, 'from' | 'to'> {
  if (from === undefined) return {}
  const word = /^(?:[\p{L}\p{N}_$]+|.)/u.exec(sql.slice(from))?.[0] ?? ''
  return { from, to: from + word.length }
}

/** What the rules find in the statements of one part. */
function findAll(job: Job, { statements, alone }: Part): Raw[] {
  const read = job.language.reader(job.context)
  const results = statements.map((s) => read(s.sql, alone.has(s)))
  const broken = results.flatMap((r, i) => {
    if (!isUnreadable(r)) return []
    return [raw(job, SYNTAX, { message: r.unreadable, ...wordAt(statements[i].sql, r.at) }, statements[i])]
  })
  const texts = statements.filter((_, i) => !isUnreadable(results[i]))
  const fine = results.filter((r) => !isUnreadable(r))
  const rules = job.language.rules.filter((rule) => wanted(rule.code, job.choice))
  return [...broken, ...rules.flatMap((rule) => checkAll(job, rule, fine, texts))]
}

const SAID = /^--\s*loses data: ([\s\S]*?)\s*$/

/** What comments say of statements that show nothing themselves. */
function said(job: Job, { parts, comments }: Parts, found: readonly Raw[]): Raw[] {
  if (!wanted(LOSES_DATA.code, job.choice)) return []
  const statements = parts.flatMap((part) => part.statements)
  const shows = new Set(
    found.filter((r) => /^drop-(?:table|column|object)/.test(r.finding.code)).map((r) => r.statement),
  )
  return comments.flatMap((comment) => {
    const message = SAID.exec(comment.text)?.[1]
    const statement = statements[statementOf(comment, statements, job.text)]
    if (message === undefined || statement === undefined || shows.has(statement)) return []
    return [{ ...raw(job, LOSES_DATA, { message }, statement), at: comment.start }]
  })
}

function note(job: Job, rule: LintRuleInfo, message: string, at: Ignore): Raw[] {
  if (!wanted(rule.code, job.choice)) return []
  const finding = { code: rule.code, severity: rule.severity, message, place: job.place(at.from, at.to) }
  return [{ finding, at: at.from, statement: null }]
}

/** An ignore of a rule that was not asked is not unused. */
function unused(job: Job, ignore: Ignore): Raw[] {
  const known = [LOSES_DATA, SYNTAX, ...job.language.rules].some((rule) => rule.code === ignore.code)
  if (known && !wanted(ignore.code, job.choice)) return []
  const why = known ? `nothing is found here that \`${ignore.code}\` means` : `no rule is called \`${ignore.code}\``
  return note(job, IGNORE_UNUSED, `the comment ignores nothing: ${why}`, ignore)
}

/** Finds the ignore that is about a finding. */
function quietBy(ignores: readonly Ignore[], statements: readonly SqlStatement[]): (r: Raw) => Ignore | undefined {
  const byCode = Map.groupBy(ignores, (i) => i.code)
  return (r) => byCode.get(r.finding.code)?.find((i) => i.statement === null || statements[i.statement] === r.statement)
}

function lintParts(job: Job, script: Parts): Linted {
  const { parts, comments } = script
  const statements = parts.flatMap((part) => part.statements)
  const ignores = ignoresOf(comments, statements, job.text)
  const shown = parts.flatMap((part) => findAll(job, part))
  const all = [...shown, ...said(job, script, shown)]
  const quiet = quietBy(ignores, statements)
  const used = new Set(all.map(quiet))
  const notes = ignores.flatMap((i) => [
    ...(used.has(i) ? [] : unused(job, i)),
    ...(i.reason === '' ? note(job, IGNORE_WITHOUT_REASON, `no reason is given for ignoring \`${i.code}\``, i) : []),
  ])
  const open = [...all.filter((r) => quiet(r) === undefined), ...notes].sort((a, b) => a.at - b.at)
  const ignored = all.flatMap((r) => {
    const by = quiet(r)
    return by === undefined ? [] : [{ finding: r.finding, reason: by.reason }]
  })
  return {
    findings: open.map((r) => r.finding),
    ignored,
    statements: statements.length,
    rewrites: rewritesOf(job.text, open),
  }
}

/** The terminator stays as it was written: on a line of its own, or another one (DELIMITER). */
function rewritesOf(text: string, open: readonly Raw[]): Rewrite[] {
  const first = new Map<SqlStatement, Rewrite>()
  for (const { finding, statement } of open) {
    if (statement === null || finding.fix === undefined || first.has(statement)) continue
    const { start, end, sql } = statement
    const terminator = text.slice(start + sql.length, end)
    const fix = terminator === '' ? finding.fix : finding.fix.replace(/\n?;$/, () => terminator)
    first.set(statement, { finding, from: start, to: end, text: fix })
  }
  return [...first.values()]
}

/** Lints a script or a revision file. Pure but for loading the rules of the engine; never throws for what the text says. */
export async function lintSql(text: string, context: LintContext, choice: LintChoice = {}): Promise<Linted> {
  const parts = partsOf(text, context.engine, choice.down === true)
  const language = await languageOf(context.engine)
  const here = parts.revision ? { ...context, revision: true, inTransaction: context.engine !== 'mysql' } : context
  return lintParts({ text, context: here, choice, language, place: placesOf(text) }, parts)
}
