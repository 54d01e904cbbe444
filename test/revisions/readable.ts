/** What every plan of the corpora must fulfil: as a revision in a file it reads back as the same statements. */
import assert from 'node:assert/strict'
import type { PlannedSteps } from '../../src/core/change.ts'
import { generated } from '../../src/revisions/generate.ts'
import type { Family } from '../../src/schema/sql-body.ts'
import { splitSql } from '../../src/schema/sql-split.ts'

const statementsOf = (plan: PlannedSteps, family: Family): string[] =>
  plan.steps.flatMap((s) => splitSql(s.sql, family).map((one) => one.sql))

/** Writes the plan as both ways of a revision and reads the file. */
export function assertReadable(plan: PlannedSteps, engine: string): void {
  const family = engine as Family
  const wanted = statementsOf(plan, family)
  const { up, down } = generated({ up: plan, down: plan, family })
  assert.deepEqual(
    splitSql(up, family).map((s) => s.sql),
    wanted,
  )
  if (wanted.length > 0)
    assert.deepEqual(
      splitSql(down, family).map((s) => s.sql),
      wanted,
    )
}
