/** Which format a report's file name asks for. */
import { extname } from 'node:path'

export type ReportFormat = 'html' | 'md' | 'json'

/** The format that a path's ending asks for, or null. */
export function reportFormat(path: string): ReportFormat | null {
  const ending = extname(path).toLowerCase()
  if (ending === '.html' || ending === '.htm') return 'html'
  if (ending === '.md' || ending === '.markdown') return 'md'
  return ending === '.json' ? 'json' : null
}
