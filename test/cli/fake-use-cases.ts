/** Use cases that answer what a test wants, for tests of what the command line makes of it. */
import { findTransfers } from '../../src/app/transfer-set.ts'
import { filesUseCases } from '../../src/cli/files-use-cases.ts'
import { revisionUseCases } from '../../src/cli/revision-use-cases.ts'
import type { UseCases } from '../../src/cli/use-cases.ts'
import type { Address } from '../../src/core/engine.ts'
import { goodRun, samplePlan, sampleVerify } from './sample.ts'
import { sampleDiff } from './sample-diff.ts'

/** An address whose label is the text and whose password is `hunter22`. */
function fakeAddress(text: string): Address {
  return { engine: 'postgres', label: text, host: text, password: 'hunter22', params: {} }
}

async function notAskedFor(): Promise<never> {
  throw new Error('not asked for')
}

/** Everything goes well, except for what is replaced. */
export function fakeUseCases(replaced: Partial<UseCases> = {}): UseCases {
  return {
    loadConfig: async (cwd) => ({ path: null, folder: cwd, config: {} }),
    resolveAddress: async (text) => fakeAddress(text),
    plan: async () => samplePlan,
    findTransfers,
    planTransfer: async () => samplePlan,
    copyTransfer: async () => goodRun,
    plannedSteps: async () => [],
    copy: async () => goodRun,
    copyReport: async () => undefined,
    apply: notAskedFor,
    verify: async () => sampleVerify,
    sync: notAskedFor,
    syncs: async () => [],
    syncHistory: async () => ({ runs: [], trend: 'unknown' }),
    watchSyncs: async () => {},
    verifyTransfer: async () => sampleVerify,
    auditFolder: async () => ({
      path: '/backup',
      made: '2026-01-02T03:04:05Z',
      naru: '1.0.0',
      source: { label: 'postgres://localhost/shop', engine: 'postgres', version: '17', position: null },
      files: [],
      notes: [],
      same: true,
    }),
    readCertificate: async () => null,
    repair: notAskedFor,
    repairPlan: notAskedFor,
    applyRepair: notAskedFor,
    undoRepair: notAskedFor,
    repairs: async () => [],
    forgetRepairs: async () => [],
    loadStates: async () => [],
    inspect: async () => ({ files: [], notes: [] }),
    diff: async () => sampleDiff,
    diffMany: async () => ({ states: [sampleDiff.from, sampleDiff.to], rows: [], ignored: [], same: true }),
    lint: async () => ({ files: [], exit: 0 }),
    lintCatalogue: async () => [],
    replay: async () => ({ replayed: 3, refused: [] }),
    runs: async () => [],
    rehearsals: async () => ({ rehearsals: [], prediction: null, notes: [] }),
    clean: async () => {},
    revisions: revisionUseCases,
    files: { ...filesUseCases, remembered: async () => 0 },
    ...replaced,
  }
}
