/** Files that take longest begin first, so that at the end no worker is left alone with one. vitest knows that of itself only after a run. */
import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Those that take most of a processor first; ten seconds and more, or about that. */
const SLOW: readonly string[] = [
  'test/faults/kill.test.ts',
  'test/schema/datasets.test.ts',
  'test/pairs/from-mysql.test.ts',
  'test/verify/drift-kinds.test.ts',
  'test/pairs/from-postgres.test.ts',
  'test/pairs/from-copies.test.ts',
  'test/schema/postgres-corpus.test.ts',
  'test/faults/incremental.test.ts',
  'test/apply/postgres.test.ts',
  'test/house/package.test.ts',
  'test/verify/digest.test.ts',
  'test/revisions/walk.test.ts',
  'test/verify/continue.test.ts',
  'test/examples/relaunch.test.ts',
  'test/repair/kill.test.ts',
  'test/pairs/from-sqlite.test.ts',
  'test/revisions/kill.test.ts',
  'test/apply/mariadb.test.ts',
  'test/revisions/pglite.test.ts',
  'test/transfer/files.test.ts',
  'test/transfer/lanes.test.ts',
  'test/conformance/pglite.test.ts',
  'test/revisions/datasets.test.ts',
]

/** The order of files for vitest's `sequence.sequencer`. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = (file: TestSpecification) => {
      const found = SLOW.indexOf(relative(this.ctx.config.root, file.moduleId).replaceAll('\\', '/'))
      return found < 0 ? SLOW.length : found
    }
    // A stable sort: the others stay as vitest orders them, by how long they took last time or by size.
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}
