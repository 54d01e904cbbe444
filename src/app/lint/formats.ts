/** Findings in the formats that other tools read. The terminal's is in cli/render. */

import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { LintFile, LintFinding, LintReport, LintRuleInfo, LintSeverity } from '../../core/lint.ts'
import { reportJson } from '../report/json.ts'
import { portablePath } from './inputs.ts'

export type LintFormat = 'json' | 'sarif' | 'github'

export interface LintRendering {
  /** Rules that the findings speak of. */
  readonly rules: readonly LintRuleInfo[]
  /** Paths are told relative to it. */
  readonly cwd: string
  /** Version of naru. */
  readonly version: string
}

const COMMANDS: Readonly<Record<LintSeverity, string>> = { error: 'error', warning: 'warning', note: 'notice' }

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** A workflow command of GitHub: an annotation at the line. It knows no columns across lines. */
function annotation(file: LintFile, { code, severity, message, place }: LintFinding, cwd: string): string {
  const oneLine = place.line === place.endLine
  const properties = {
    file: portablePath(file.path, cwd),
    line: place.line,
    endLine: place.endLine,
    ...(oneLine && { col: place.column, endColumn: place.endColumn }),
    title: `naru: ${code}`,
  }
  const list = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`)
  return `::${COMMANDS[severity]} ${list.join(',')}::${data(message)}\n`
}

/** A path as URI: relative ones by segment, so that `#`, blanks and Korean are escaped. */
function uri(label: string, cwd: string): string {
  const path = portablePath(label, cwd)
  if (isAbsolute(path)) return pathToFileURL(path).href
  return path.split('/').map(encodeURIComponent).join('/')
}

function sarifRule(rule: LintRuleInfo) {
  return {
    id: rule.code,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: { text: `${rule.why}\n\n${rule.safe}`, markdown: `${rule.why}\n\n${rule.safe}` },
    defaultConfiguration: { level: rule.severity },
  }
}

function sarifResult(file: LintFile, finding: LintFinding, index: ReadonlyMap<string, number>, cwd: string) {
  const { line, column, endLine, endColumn } = finding.place
  return {
    ruleId: finding.code,
    ...(index.has(finding.code) && { ruleIndex: index.get(finding.code) }),
    level: finding.severity,
    message: { text: finding.message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uri(file.path, cwd) },
          region: { startLine: line, startColumn: column, endLine, endColumn },
        },
      },
    ],
  }
}

/** SARIF 2.1.0; what comments ignore is there, as suppressed. */
function sarif(report: LintReport, o: LintRendering): string {
  const rules = [...new Map(o.rules.map((rule) => [rule.code, rule])).values()]
  const index = new Map(rules.map((rule, i) => [rule.code, i]))
  const results = report.files.flatMap((file) => [
    ...file.findings.map((finding) => sarifResult(file, finding, index, o.cwd)),
    ...file.ignored.map(({ finding, reason }) => ({
      ...sarifResult(file, finding, index, o.cwd),
      suppressions: [{ kind: 'inSource', ...(reason !== '' && { justification: reason }) }],
    })),
  ])
  const driver = { name: 'naru', semanticVersion: o.version, rules: rules.map(sarifRule) }
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results }
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }
  return `${JSON.stringify(log, null, 2)}\n`
}

/** The report as text of that format. */
export function renderLint(report: LintReport, format: LintFormat, o: LintRendering): string {
  switch (format) {
    case 'json':
      return reportJson('lint', report)
    case 'sarif':
      return sarif(report, o)
    case 'github':
      return report.files.flatMap((file) => file.findings.map((f) => annotation(file, f, o.cwd))).join('')
  }
}
