/** `--by auto`: rows are read where the link is quick, digests are computed inside the databases where it is not. */
import type { Database } from '../core/engine.ts'
import type { VerifyOptions } from '../core/options.ts'
import { size } from './format.ts'

/** Bytes that are asked for to see how quick the link is. */
const SAMPLE = 500_000

/** Bytes a second below which databases compute digests sooner than rows arrive here. */
const SLOW = 40_000_000

/** How to compare, and what a reader must know of the choice. */
interface Way {
  readonly by: 'stream' | 'digest'
  readonly notes: readonly string[]
}

/** The way that was asked for, or for `auto` the one that suits the slower link. */
export async function wayOf(options: VerifyOptions, source: Database, target: Database): Promise<Way> {
  const by = options.certificate === undefined ? (options.by ?? 'auto') : 'stream'
  if (by !== 'auto') return { by, notes: [] }
  const rates = [await linkRate(source), await linkRate(target)].filter((r) => r !== null)
  const slowest = Math.min(...rates)
  if (rates.length === 0) return { by: 'stream', notes: [] }
  if (slowest >= SLOW)
    return { by: 'stream', notes: [`rows of both sides were read: a link of ${size(slowest)} a second`] }
  return { by: 'digest', notes: [`digests inside the databases were preferred: a link of ${size(slowest)} a second`] }
}

/** Bytes a second from a server to here; null for files beside it. */
async function linkRate(db: Database): Promise<number | null> {
  if (db.address.path !== undefined) return null
  let best = 0
  for (let n = 0; n < 2; n++) {
    const began = performance.now()
    await db.query(`SELECT repeat('x', ${SAMPLE}) AS x`)
    best = Math.max(best, (SAMPLE * 1000) / Math.max(0.1, performance.now() - began))
  }
  return best
}
