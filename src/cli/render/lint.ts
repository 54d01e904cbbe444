/** Findings of lint on the terminal. */
import { count, plural, printable, size } from '../../app/format.ts'
import type { LintFile, LintFinding, LintReport, LintRuleInfo, LintSeverity } from '../../core/lint.ts'
import type { Style } from './style.ts'
import { textTable } from './table.ts'
import { verdictLine } from './verdict.ts'
import { wrap } from './width.ts'

const TONES: Readonly<Record<LintSeverity, 'bad' | 'warn' | 'quiet'>> = { error: 'bad', warning: 'warn', note: 'quiet' }
const SIGNS: Readonly<Record<LintSeverity, string>> = { error: '✗', warning: '!', note: '·' }

/** Messages stand below their code. */
const INDENT = '      '

function weight({ rows, bytes }: LintFinding): string {
  const facts = [rows === undefined ? '' : `about ${plural(rows, 'row')}`, bytes === undefined ? '' : size(bytes)]
  const told = facts.filter((fact) => fact !== '').join(', ')
  return told === '' ? '' : ` (${told})`
}

function findingLines(finding: LintFinding, s: Style): string[] {
  const { code, severity, place, message, fix } = finding
  const where = s.dim(`line ${place.line}:${place.column}`)
  const text = `${message}${weight(finding)}${fix === undefined ? '' : '; --fix rewrites it'}`
  return [
    `  ${s.tone(TONES[severity], `${SIGNS[severity]} ${severity}`)} ${s.bold(code)} ${where}`,
    ...wrap(printable(text), s.width - INDENT.length).map((line) => `${INDENT}${line}`),
  ]
}

function fileLines(file: LintFile, s: Style): string[] {
  const rewritten = file.rewritten.map(
    (f) => `  ${s.tone('good', '✓ rewritten')} ${s.bold(f.code)} ${s.dim(`line ${f.place.line}`)}`,
  )
  if (file.findings.length + rewritten.length === 0) return []
  return [s.bold(printable(file.path)), ...rewritten, ...file.findings.flatMap((f) => findingLines(f, s)), '']
}

/** `2 errors, 1 warning`; nothing of what there is none of. */
function counts(findings: readonly LintFinding[]): string {
  const by = (severity: LintSeverity) => findings.filter((f) => f.severity === severity).length
  return (['error', 'warning', 'note'] as const).flatMap((x) => (by(x) === 0 ? [] : [plural(by(x), x)])).join(', ')
}

/** What came out, in a line. */
export function lintVerdict(report: LintReport) {
  const findings = report.files.flatMap((f) => f.findings)
  const rewritten = report.files.reduce((n, f) => n + f.rewritten.length, 0)
  const ignored = report.files.reduce((n, f) => n + f.ignored.length, 0)
  const statements = report.files.reduce((n, f) => n + f.statements, 0)
  const also = [
    ...(rewritten === 0 ? [] : [`${count(rewritten)} rewritten`]),
    ...(ignored === 0 ? [] : [`${count(ignored)} ignored by comments`]),
  ]
  const read = `${plural(statements, 'statement')} of ${plural(report.files.length, 'file')}`
  const sentence = `${[`${read} read`, ...also].join(', ')}.`
  if (findings.length === 0) return { tone: 'good', headline: 'Nothing found', sentence } as const
  const tone = report.exit === 0 ? 'warn' : 'bad'
  return { tone, headline: counts(findings), sentence: `${sentence} \`naru lint --explain CODE\` says more.` } as const
}

/** All findings by file, then the verdict. */
export function lintText(report: LintReport, s: Style): string {
  return `${[...report.files.flatMap((f) => fileLines(f, s)), verdictLine(lintVerdict(report), s)].join('\n')}\n`
}

/** All rules, a line each. */
export function ruleTable(rules: readonly LintRuleInfo[], s: Style): string {
  const rows = rules.map((r) => [
    r.code,
    r.engines.length > 2 ? 'all' : r.engines.join(', '),
    r.severity,
    r.fixable ? 'fix' : '',
    r.title,
  ])
  const titles = ['code', 'engine', 'severity', '', 'about']
  const columns = titles.map((title) => ({ title, flex: title === 'about' }))
  return `${textTable({ columns, rows }, s).join('\n')}\n`
}

function ruleText(rule: LintRuleInfo, s: Style): string {
  const facts = [
    rule.severity,
    rule.engines.join(', '),
    ...(rule.bySize ? ['a note on small tables'] : []),
    ...(rule.fixable ? ['--fix rewrites it'] : []),
  ]
  const prose = (text: string) => wrap(text, s.width).join('\n')
  const parts = rule.safe
    .split(/```sql\n([\s\S]*?)\n```/)
    .map((part, i) => (i % 2 === 1 ? part.replaceAll(/^/gm, '    ') : prose(part.trim())))
  return [
    `${s.bold(rule.code)}: ${rule.title}`,
    s.dim(facts.join('; ')),
    prose(rule.why),
    ...parts.filter((part) => part !== ''),
  ].join('\n\n')
}

/** What rules of one code say of themselves. */
export function explanation(rules: readonly LintRuleInfo[], s: Style): string {
  return `${rules.map((rule) => ruleText(rule, s)).join('\n\n')}\n`
}
