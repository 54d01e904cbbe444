import { expect, test } from 'vitest'
import type { Batch, RowSource } from './engine.ts'
import type { NaruEvent } from './event.ts'
import { type Clock, pacedSource, type Rate, throttle, type Watch } from './throttle.ts'

/** A clock that goes on only when somebody sleeps. */
function fakeClock(): Clock & { at: number } {
  const clock = {
    at: 0,
    now: () => clock.at,
    async sleep(ms: number, signal?: AbortSignal) {
      if (!signal?.aborted) clock.at += ms
    },
  }
  return clock
}

/** Rows of 100 bytes, in batches as large as they may be. */
function rowsOf(total: number): RowSource {
  return {
    split: async ({ rows }) => Array.from({ length: Math.ceil(total / rows) }, () => ({ kind: 'all' })),
    count: async () => BigInt(total),
    async *read(_, o) {
      for (let left = total; left > 0; ) {
        const rows = Math.min(left, o.rows, Math.max(1, Math.floor(o.bytes / 100)))
        left -= rows
        const batch: Batch = { bytes: new Uint8Array(rows * 100), rows, last: null, rejects: [], release() {} }
        yield batch
      }
    },
    digest: async () => ({ rows: total, sum: 1n, complete: true }),
  }
}

const LIMITS = { rows: 65_536, bytes: 512 * 1024 }

async function read(rate: Rate, rows: number) {
  const clock = fakeClock()
  const t = throttle({ rate, watches: [], clock, reporter: { report() {} } })
  const seen: { at: number; rows: number }[] = []
  const source = pacedSource(rowsOf(rows), t.pace(), t.gate, 100)
  let sum = 0
  for await (const batch of source.read({ kind: 'all' }, LIMITS)) {
    sum += batch.rows
    seen.push({ at: clock.at, rows: sum })
  }
  return { ms: clock.at, seen }
}

test.each<[Rate, number]>([
  [{ rows: 5000 }, 5000],
  [{ bytes: 1_000_000 }, 10_000],
  [{ rows: 5000, bytes: 100_000 }, 1000],
])('%o: never more in any time than that and one batch', async (rate, perSecond) => {
  const { ms, seen } = await read(rate, 30_000)
  expect(seen.at(-1)?.rows).toBe(30_000)
  expect(30_000 / (ms / 1000)).toBeLessThan(perSecond * 1.1)
  expect(30_000 / (ms / 1000)).toBeGreaterThan(perSecond * 0.9)
  for (const { at, rows } of seen) expect(rows).toBeLessThanOrEqual((at / 1000 + 0.26) * perSecond)
})

test('digests inside a database are paid for by their rows', async () => {
  const clock = fakeClock()
  const t = throttle({ rate: { rows: 1000 }, watches: [], clock, reporter: { report() {} } })
  const source = pacedSource(rowsOf(500), t.pace(), t.gate, 100)
  for (let n = 0; n < 5; n++) await source.digest?.({ kind: 'all' }, [])
  expect(clock.at).toBe(2500)
  expect(await source.split({ rows: 1_000_000_000 })).toHaveLength(1)
  expect(await pacedSource(rowsOf(50_000), t.pace(), t.gate, 100).split({ rows: 1e9 })).toHaveLength(50)
})

/** Watches that hold or do not, one answer after the other. */
function watching(answers: (string | null)[], signal?: AbortSignal) {
  const clock = fakeClock()
  const events: NaruEvent[] = []
  const watch: Watch = { look: async () => answers.shift() ?? null }
  const reporter = { report: (e: NaruEvent) => events.push(e) }
  return { clock, events, t: throttle({ rate: {}, watches: [watch], clock, reporter, signal }) }
}

test('a watch that does not hold pauses, and is said and counted', async () => {
  const { clock, events, t } = watching(['load 41 ≥ 40', 'load 44 ≥ 40', null])
  await Promise.all([t.gate(), t.gate()])
  expect(clock.at).toBe(2000)
  expect(events.map((e) => e.type === 'pause' && [e.state, e.reason, e.ms])).toEqual([
    ['begin', 'load 41 ≥ 40', 0],
    ['still', 'load 44 ≥ 40', 1000],
    ['end', 'load 41 ≥ 40', 2000],
  ])
  expect(t.pauses()).toEqual({ count: 1, ms: 2000, reasons: ['load 41 ≥ 40'] })
})

test('a watch is not asked for every piece', async () => {
  const { clock, t } = watching([null, 'busy', null])
  await t.gate()
  clock.at += 100
  await t.gate()
  expect(t.pauses().count).toBe(0)
  clock.at += 500
  await t.gate()
  expect(t.pauses().count).toBe(1)
})

test('a signal ends a pause', async () => {
  const stop = new AbortController()
  const { t, clock } = watching(['busy', 'busy', 'busy', 'busy'], stop.signal)
  const { sleep } = clock
  clock.sleep = async (ms, signal) => {
    stop.abort()
    await sleep(ms, signal)
  }
  await t.gate()
  expect(t.pauses().count).toBe(1)
})

test('a watch that fails, fails the reading', async () => {
  const clock = fakeClock()
  const look = async () => {
    throw new Error('gone')
  }
  const t = throttle({ rate: {}, watches: [{ look }], clock, reporter: { report() {} } })
  const source = pacedSource(rowsOf(5), t.pace(), t.gate, 100)
  await expect(source.digest?.({ kind: 'all' }, [])).rejects.toThrow('gone')
})
