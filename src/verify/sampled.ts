/** Which part of a table is compared where a sample was asked for, and what the numbers of all rows say. */
import { setTimeout as sleep } from 'node:timers/promises'
import { NaruError } from '../core/error.ts'
import type { SecondLook, VerifyTableInput } from './rows.ts'
import { type Chosen, choose, rangeRows, type Sample, sampleRows } from './sample.ts'
import { appended, readSource, readTarget, refuseAborted } from './side.ts'

/** Rows of both tables, counted. */
export interface Counts {
  readonly source: number
  readonly target: number
}

/** A sample under way. */
export interface Sampling {
  readonly sample: Sample
  readonly chosen: Chosen
  readonly counts: Counts
}

/** The ranges to compare; a text where the table is compared as a whole, and why. Null: no sample was asked for. */
export async function sampling(i: VerifyTableInput, keyed: boolean): Promise<Sampling | string | null> {
  const { sample, plan } = i
  if (sample === undefined) return null
  if (!keyed || !plan.ordered) return 'compared as a whole, no sample: its keys have no order that both sides share'
  const counts = await countBoth(i, i)
  const wanted = sampleRows(sample.text, counts.source)
  if (wanted === null)
    throw new NaruError('USAGE', `--sample ${sample.text} is neither a percentage nor a number of rows`)
  const kept = i.memory?.cut
  if (kept) return { sample, chosen: kept, counts }
  const rows = rangeRows(wanted, counts.source)
  if (rows === null) return 'compared as a whole, no sample: it is small'
  const all = await readSource(i).split({ rows })
  const ranges = choose(all, Math.max(1, Math.round((all.length * wanted) / counts.source)), sample.seed, plan.label)
  return { sample, chosen: { ranges, ofRanges: all.length }, counts }
}

async function countBoth(i: VerifyTableInput, on: Pick<SecondLook, 'source' | 'target'>): Promise<Counts> {
  const [source, target] = await Promise.all([
    readSource({ ...i, source: on.source }).count(),
    readTarget(i.plan, on.target).count(),
  ])
  return { source: Number(source), target: Number(target) }
}

/** Whether numbers of rows say that the tables differ, whatever the sample says. */
export function countsAgree(i: VerifyTableInput, { source, target }: Counts): boolean {
  return appended(i.plan) ? target >= source : target === source
}

/** Counts that differ are counted again, like rows that differ, until they agree or the time is over. */
export async function settledCounts(i: VerifyTableInput, first: Counts): Promise<Counts> {
  if (countsAgree(i, first) || i.again === undefined) return first
  await using look = await i.again()
  const began = performance.now()
  const settle = i.settle ?? 0
  for (;;) {
    const age = performance.now() - began
    const counts = await countBoth(i, look)
    if (countsAgree(i, counts) || age >= settle) return counts
    await sleep(Math.min(settle / 4, 5000), undefined, { signal: i.signal }).catch(() => refuseAborted(i.signal))
  }
}
