/** Reports as files: one call for a copy, a verification or a plan, in HTML, Markdown or JSON. */
import { writeFile } from 'node:fs/promises'
import { NaruError } from '../core/error.ts'
import type { CopyPlan } from '../core/plan.ts'
import type { RunReport, VerifyReport } from '../core/report.ts'
import type { Report } from './report/document.ts'
import { html } from './report/html.ts'
import { reportJson } from './report/json.ts'
import { markdown } from './report/markdown.ts'
import { planReport, verifyReport } from './report/other-reports.ts'
import { runReport } from './report/run-report.ts'
import { type ReportFormat, reportFormat } from './report-format.ts'

/** What a report can be made of. */
export type Reportable =
  | { readonly kind: 'run'; readonly report: RunReport }
  | { readonly kind: 'verify'; readonly report: VerifyReport }
  | { readonly kind: 'plan'; readonly report: CopyPlan }

function documentOf(r: Reportable): Report {
  switch (r.kind) {
    case 'run':
      return runReport(r.report)
    case 'verify':
      return verifyReport(r.report)
    case 'plan':
      return planReport(r.report)
  }
}

/** The report as text of that format. HTML and Markdown say the same; JSON is the facts themselves. */
export function renderReport(r: Reportable, format: ReportFormat): string {
  if (format === 'json') return reportJson(r.kind, r.report)
  const document = documentOf(r)
  return format === 'html' ? html(document) : markdown(document)
}

/** Writes the report in the format of the path's ending. Throws USAGE for another ending, FILE_UNREADABLE. */
export async function writeReport(path: string, r: Reportable): Promise<void> {
  const format = reportFormat(path)
  if (format === null) throw new NaruError('USAGE', `--report ${path}: the file must end in .html, .md or .json`)
  const text = renderReport(r, format)
  try {
    await writeFile(path, text)
  } catch (error) {
    throw new NaruError('FILE_UNREADABLE', `the report could not be written to ${path}`, {
      why: (error as Error).message,
      cause: error,
    })
  }
}
