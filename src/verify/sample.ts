/**
 * Samples: ranges of a table spread evenly over its keys, one out of every so many neighbours, chosen by a seed. Only they are compared; that
 * all of them are equal says something of the others, and how much is a matter of the number of ranges, not of rows: rows that differ may lie
 * side by side.
 */
import type { KeyRange } from '../core/key.ts'
import type { SampleReport } from '../core/report.ts'

/** How much to look at, and which. */
export interface Sample {
  /** `1%` or a number of rows, as it was asked for. */
  readonly text: string
  readonly seed: number
}

/** Tables of no more rows are compared as a whole. */
const SMALL = 1000
/** Ranges that a sample aims at, rows of a range, and ranges into which a table is cut at most. */
const AIM = 200
const LEAST_ROWS = 100
const MOST_ROWS = 5000
const MOST_RANGES = 5000
/** What a confidence is stated for. */
const SHARE = 0.001
const CERTAINTY = 0.95

/** Rows that a sample of a table asks for; null where the text is none. */
export function sampleRows(text: string, rows: number): number | null {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text)
  if (match === null) return null
  return match[2] === '%' ? Math.ceil((rows * Number(match[1])) / 100) : Math.ceil(Number(match[1]))
}

/** Rows of a range into which a table of so many rows is cut for a sample; null: it is compared as a whole. */
export function rangeRows(wanted: number, rows: number): number | null {
  if (rows <= SMALL || wanted >= rows) return null
  const even = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, Math.floor(wanted / AIM)))
  return Math.max(even, Math.ceil(rows / MOST_RANGES))
}

/** Of each of `count` runs of neighbours, as long as one another, one by chance. The same seed and name give the same choice. */
export function choose<T>(ranges: readonly T[], count: number, seed: number, name: string): T[] {
  const n = Math.min(count, ranges.length)
  const random = randomOf(seed, name)
  return Array.from({ length: n }, (_, i) => {
    const from = Math.floor((i * ranges.length) / n)
    const to = Math.floor(((i + 1) * ranges.length) / n)
    return ranges[from + Math.floor(random() * (to - from))]
  })
}

/** Numbers in [0, 1): Weyl sequence and the mixing of MurmurHash3, begun from the seed and the name. */
function randomOf(seed: number, name: string): () => number {
  let state = seed >>> 0
  for (const char of name) state = Math.imul(state ^ (char.codePointAt(0) as number), 0x01000193) >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let x = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32
  }
}

/**
 * The greatest chance that `ranges` of `all`, one of each run of neighbours, are free of differences although `bad` are not: the bad ones
 * are then spread evenly over the runs (a product of 1 − bad/run is greatest for equal factors).
 */
export function missChance(ranges: number, all: number, bad: number): number {
  const run = Math.ceil(all / ranges)
  const each = Math.floor(bad / ranges)
  const more = bad % ranges
  const free = (n: number) => Math.max(0, 1 - n / run)
  return free(each + 1) ** more * free(each) ** (ranges - more)
}

/** The fewest bad ranges of which one would have been met with the certainty. */
function surelyMet(ranges: number, all: number, certainty: number): number {
  let low = 1
  let high = all
  while (low < high) {
    const middle = (low + high) >> 1
    if (missChance(ranges, all, middle) <= 1 - certainty) high = middle
    else low = middle + 1
  }
  return low
}

/** What is said of a sample. */
export function sampleReport(
  sample: Sample,
  ranges: number,
  ofRanges: number,
  rows: { readonly source: number; readonly target: number },
): SampleReport {
  const bad = Math.max(1, Math.ceil(ofRanges * SHARE))
  return {
    asked: sample.text,
    seed: sample.seed,
    ranges,
    ofRanges,
    ofSourceRows: rows.source,
    ofTargetRows: rows.target,
    missed: { ranges: bad, chance: missChance(ranges, ofRanges, bad) },
    bound: { ranges: surelyMet(ranges, ofRanges, CERTAINTY), certainty: CERTAINTY },
  }
}

/** Ranges of a sample, and of how many they are. */
export interface Chosen {
  readonly ranges: readonly KeyRange[]
  readonly ofRanges: number
}
