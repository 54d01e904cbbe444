/** A comparison in the formats that are files: Markdown, HTML, SQL, JSON. The terminal's is in cli/render. */
import type { SchemaDiff } from '../core/schema-diff.ts'
import { diffSql } from './diff-sql.ts'
import { diffReport } from './report/diff-report.ts'
import { html } from './report/html.ts'
import { reportJson } from './report/json.ts'
import { markdown } from './report/markdown.ts'

export type DiffFormat = 'markdown' | 'html' | 'sql' | 'json'

/** The comparison as text of that format. Throws UNSUPPORTED for sql where nothing was planned. */
export function renderDiff(d: SchemaDiff, format: DiffFormat): string {
  switch (format) {
    case 'sql':
      return diffSql(d)
    case 'json': {
      const { before: _before, after: _after, ...told } = d
      return reportJson('diff', told)
    }
    case 'html':
      return html(diffReport(d, { drawn: true }))
    case 'markdown':
      return markdown(diffReport(d, { drawn: false }))
  }
}
