/** A comparison in the formats that are files: Markdown, HTML, SQL, JSON. The terminal's is in cli/render. */
import { NaruError } from '../core/error.ts'
import type { ManyDiff, SchemaDiff } from '../core/schema-diff.ts'
import { diffSql } from './diff-sql.ts'
import { diffReport } from './report/diff-report.ts'
import { html } from './report/html.ts'
import { reportJson } from './report/json.ts'
import { manyReport } from './report/many-report.ts'
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

/** Several states as text of that format. Throws USAGE for sql: statements lead from one state to one other. */
export function renderMany(m: ManyDiff, format: DiffFormat): string {
  if (format === 'json') return reportJson('diff', m)
  if (format !== 'sql') return (format === 'html' ? html : markdown)(manyReport(m))
  throw new NaruError('USAGE', '--format sql is for two states', {
    why: `${m.states.length} states were named`,
    hint: 'Name the state to change and the state to reach.',
    state: 'nothing was changed',
  })
}
