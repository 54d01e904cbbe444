/** Runs a statement in the very way that its plan claims: the server takes that way, and refuses the next cheaper one. */
import type { Step } from '../../src/core/change.ts'
import type { Database } from '../../src/core/engine.ts'

const WAYS = ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY'] as const

/** Refusals that are about the way. */
const REFUSED = /ALGORITHM=\w+ is not supported|LOCK=\w+ is not supported/i

/** Whether ALGORITHM= can be said and means something. */
function claims(db: Database, step: Step): boolean {
  return (
    db.flavor === 'mariadb' &&
    step.algorithm !== undefined &&
    !/\bENGINE=|PARTITION|ALGORITHM=|foreign_key_checks/.test(step.sql)
  )
}

/** Runs it. Throws where the claim does not hold. */
export async function runAsClaimed(db: Database, step: Step): Promise<void> {
  const run = (sql: string) =>
    db.execute(sql).catch((error: Error) => {
      throw new Error(`${error.message}\nin: ${sql}`)
    })
  if (!claims(db, step)) return run(step.sql)
  const cheaper = WAYS[WAYS.indexOf(step.algorithm as (typeof WAYS)[number]) - 1]
  if (cheaper !== undefined) {
    const taken = await db.execute(`${step.sql}, ALGORITHM=${cheaper}`).then(
      () => true,
      (error: Error) => {
        if (REFUSED.test(error.message)) return false
        throw new Error(`${error.message}\nin: ${step.sql}, ALGORITHM=${cheaper}`)
      },
    )
    if (taken) throw new Error(`claimed ${step.algorithm}, but the server goes by ${cheaper}: ${step.sql}`)
  }
  const quiet = !step.hazards.some((h) => h.kind === 'blocking')
  await run(`${step.sql}, ALGORITHM=${step.algorithm}${quiet ? ', LOCK=NONE' : ''}`)
}
