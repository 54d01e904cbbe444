/** Rewriting what has a mechanical rewriting. */
import { type LintChoice, lintSql, type Rewrite } from './lint-sql.ts'
import type { LintContext } from './rule.ts'

/** More than any statement has findings; a rule whose rewriting it finds again would go on for ever. */
const PASSES = 30

export interface Fixed {
  readonly text: string
  /** What was rewritten, in the order in which it was done. */
  readonly done: readonly Rewrite[]
}

function rewritten(text: string, rewrites: readonly Rewrite[]): string {
  let out = text
  for (const { from, to, text: instead } of rewrites.toReversed()) out = out.slice(0, from) + instead + out.slice(to)
  return out
}

/** The text with every fixable statement rewritten; all other text stays as it is. Fixing the result again changes nothing. */
export async function fixSql(text: string, context: LintContext, choice: LintChoice = {}): Promise<Fixed> {
  const done: Rewrite[] = []
  let now = text
  for (let pass = 0; pass < PASSES; pass++) {
    const { rewrites } = await lintSql(now, context, choice)
    if (rewrites.length === 0) break
    done.push(...rewrites)
    now = rewritten(now, rewrites)
  }
  return { text: now, done }
}
