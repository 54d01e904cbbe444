/** Events while files move: a few a second, not one a file. */
import type { Reporter } from '../../core/event.ts'
import type { TallyKeeper } from '../../files/tally.ts'

const EVERY_MS = 100

export interface FilesProgress {
  tick(): void
  end(): void
}

/** Reports from now until `end`. */
export function filesProgress(
  store: string,
  keeper: TallyKeeper,
  reporter: Reporter,
  of: number | null = null,
): FilesProgress {
  const began = performance.now()
  let last = 0
  const report = () => {
    const tally = keeper.tally()
    const settled = Object.values(tally.addresses).reduce((n, m) => n + m, 0)
    const { fetched, bytes, refused } = tally
    reporter.report({ type: 'files', store, settled, of, fetched, bytes, refused })
    last = performance.now()
  }
  reporter.report({ type: 'phase', phase: 'files', state: 'begin' })
  // Bytes of large files come between the ends of files.
  const timer = setInterval(report, 1000).unref()
  return {
    tick() {
      if (performance.now() - last >= EVERY_MS) report()
    },
    end() {
      clearInterval(timer)
      report()
      reporter.report({ type: 'phase', phase: 'files', state: 'end', ms: performance.now() - began })
    },
  }
}
