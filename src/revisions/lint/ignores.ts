/** Comments that keep findings quiet: `-- naru:ignore CODE[,CODE] reason` at a statement, `-- naru:ignore-file CODE reason` for a file. */
import type { SqlComment, SqlStatement } from '../../schema/sql-split.ts'

export interface Ignore {
  readonly code: string
  /** Empty: none was given. */
  readonly reason: string
  /** Number of the statement that it is about; null: all of the file. */
  readonly statement: number | null
  /** Where the comment stands. */
  readonly from: number
  readonly to: number
}

const DIRECTIVE =
  /^(?:--|#|\/\*)\s*naru:ignore(-file)?[ \t]+([\w-]+(?:[ \t]*,[ \t]*[\w-]+)*)[ \t]*([\s\S]*?)\s*(?:\*\/)?$/

/** A comment is about the statement around it, else one that ends on its line, else the next. */
export function statementOf(comment: SqlComment, statements: readonly SqlStatement[], text: string): number {
  const next = statements.findIndex((s) => s.end > comment.start)
  const candidate = next < 0 ? statements.length : next
  if (next >= 0 && statements[next].start <= comment.start) return next
  const before = statements[candidate - 1]
  const sameLine = before !== undefined && !text.slice(before.end, comment.start).includes('\n')
  return sameLine ? candidate - 1 : candidate
}

/** The ignores that stand in comments, one a code. */
export function ignoresOf(
  comments: readonly SqlComment[],
  statements: readonly SqlStatement[],
  text: string,
): readonly Ignore[] {
  return comments.flatMap((comment) => {
    const found = DIRECTIVE.exec(comment.text)
    if (found === null) return []
    const [, whole, codes, reason] = found
    const statement = whole === undefined ? statementOf(comment, statements, text) : null
    const place = { from: comment.start, to: comment.start + comment.text.trimEnd().length }
    return codes.split(',').map((code) => ({ code: code.trim(), reason, statement, ...place }))
  })
}
