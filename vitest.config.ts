import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { SlowFirst } from './test/harness/slow-first.ts'

export default defineConfig({
  // Revisions and configurations of users import naru by its name; outside of tests Node's own hook leads them to the sources.
  resolve: { alias: [{ find: /^naru$/, replacement: join(import.meta.dirname, 'src/index.ts') }] },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/harness/setup.ts'],
    pool: 'forks',
    // One process for all files of a worker: what naru is made of is loaded once and not once a file (a third of the time of small files).
    isolate: false,
    // A heap that may grow before it is swept: data sets are held whole, and sweeping them again and again took a fifth of the time.
    execArgv: ['--initial-heap-size=1024'],
    sequence: { sequencer: SlowFirst },
    // One more than cores: tests wait for servers, for locks and for moments to kill.
    maxWorkers: availableParallelism() + 1,
    // What hangs ends some day. No measure of speed: a slow machine takes five times as long as a quick one.
    testTimeout: 900_000,
    hookTimeout: 300_000,
  },
})
