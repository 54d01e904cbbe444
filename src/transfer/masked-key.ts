/** What masks do not hide: columns by which rows are read, which marks, id maps and rejects hold as they are. */
import { isAccepted } from '../copy/settle.ts'
import type { CopyOptions } from '../core/options.ts'
import type { Finding } from '../core/plan.ts'
import type { Bound } from './bind.ts'
import { sourcesOf } from './steps.ts'

/** Findings MASKED_KEY: columns that a mapping masks and that are part of the key of its source. */
export function maskedKeyFindings(bounds: readonly Bound[], options: CopyOptions): Finding[] {
  return bounds.flatMap((b) => {
    const masked = new Set(
      sourcesOf(b.transfer).flatMap(([, s]) => (typeof s === 'object' && s.kind === 'mask' ? [s.column] : [])),
    )
    return b.key
      .filter((name) => masked.has(name))
      .map((column): Finding => {
        const { name } = b.transfer
        const code = 'MASKED_KEY'
        return {
          code,
          table: name,
          column,
          count: b.source.rows ?? 0,
          samples: [],
          message: `${column} is masked, but rows are read by it: the ledger, id maps and reject files would hold it as it is`,
          ways: [`key: another column that is unique, in transfer('${name}', …)`, `--accept ${code}:${name}.${column}`],
          severity: isAccepted(options, code, name, column) ? 'accepted' : 'blocks',
        }
      })
  })
}
