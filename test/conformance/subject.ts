/** An engine with the harness's fresh databases, as the conformance suite wants it. */
import { afterAll, describe, it } from 'vitest'
import type { Engine } from '../../src/core/engine.ts'
import { diffSchemas } from '../../src/diff/compare.ts'
import { conformance, type Subject } from '../../src/testing/index.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'

/** Runs the suite for an engine on databases of a kind. */
export function conformanceOf(
  kind: DatabaseKind,
  engine: Engine,
  more: Pick<Subject, 'sql' | 'plans' | 'empty'> = {},
): void {
  conformance(
    { describe, it, afterAll },
    {
      name: kind,
      engine,
      diff: diffSchemas,
      ...more,
      async fresh() {
        const database = await freshDatabase(kind)
        return {
          address: engine.parse(database.url),
          [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
        }
      },
    },
  )
}
