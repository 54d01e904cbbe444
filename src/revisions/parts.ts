/** Which statements of a revision stand or fall together. Pure. */
import type { RevisionStatement } from '../core/revision.ts'
import type { Family } from '../schema/sql-body.ts'
import { kindOf } from './kinds.ts'

/** Consecutive statements. together: one transaction holds them and the note that they are done. alone: a statement that is final by itself. */
export interface Part {
  readonly kind: 'together' | 'alone'
  /** Place of the first one among all statements of the way, from 0. */
  readonly first: number
  readonly statements: readonly RevisionStatement[]
}

/**
 * The statements from `from` on, in order. `enumsApart`: a new value of an enum may stand in a transaction of its own (PostgreSQL from 12
 * on); else it stands alone.
 */
export function partsOf(
  statements: readonly RevisionStatement[],
  o: { readonly family: Family; readonly from: number; readonly enumsApart: boolean },
): readonly Part[] {
  const parts: { kind: Part['kind']; first: number; statements: RevisionStatement[]; open: boolean }[] = []
  for (let i = o.from; i < statements.length; i++) {
    const statement = statements[i]
    const apart = !statement.inTransaction && o.enumsApart && kindOf(statement.sql, o.family).apart
    const last = parts.at(-1)
    if (statement.inTransaction && last?.open) last.statements.push(statement)
    else {
      const kind = statement.inTransaction || apart ? 'together' : 'alone'
      parts.push({ kind, first: i, statements: [statement], open: statement.inTransaction })
    }
  }
  return parts.map(({ kind, first, statements }) => ({ kind, first, statements }))
}
