/**
 * naru/testing: the suite that every engine passes. An engine of one's own gets a test file of ten lines.
 * @example
 * import { afterAll, describe, it } from 'vitest'
 * import { conformance } from 'naru/testing'
 *
 * conformance({ describe, it, afterAll }, { name: 'mine', engine: mine, fresh: async () => myEmptyDatabase() })
 */
import { digestSuite } from './digest-suite.ts'
import { fileLedgerSuite } from './file-ledger-suite.ts'
import { inspectSuite } from './inspect-suite.ts'
import { ledgerSuite } from './ledger-suite.ts'
import { endIdle } from './place.ts'
import { planSuite } from './plan-suite.ts'
import { querySuite } from './query-suite.ts'
import { readSuite } from './read-suite.ts'
import type { Runner, Subject } from './subject.ts'
import { wireSuite } from './wire-suite.ts'
import { writeSuite } from './write-suite.ts'

export { CORPUS, type CorpusType } from './corpus.ts'
export type { FreshPlace, Runner, Subject } from './subject.ts'

/** Registers all suites for one engine. */
export function conformance(runner: Runner, tested: Subject): void {
  const subject = runner.afterAll === undefined ? { ...tested, empty: undefined } : tested
  runner.describe(`conformance of ${subject.name}`, () => {
    inspectSuite(runner, subject)
    wireSuite(runner, subject)
    readSuite(runner, subject)
    writeSuite(runner, subject)
    ledgerSuite(runner, subject)
    fileLedgerSuite(runner, subject)
    digestSuite(runner, subject)
    querySuite(runner, subject)
    planSuite(runner, subject)
    runner.afterAll?.(() => endIdle(subject))
  })
}
