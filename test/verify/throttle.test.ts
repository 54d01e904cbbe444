/** --rate, --while and --max-lag through the command line, for verify and for copy. */
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Finished, naru, startNaru } from '../faults/naru.ts'
import { type FreshDatabase, freshDatabase, freshFiles } from '../harness/database.ts'
import { numbers } from '../harness/numbers.ts'
import { runPlain } from './plain.ts'

const ROWS = 3000
let source: FreshDatabase
let target: FreshDatabase
let work: Awaited<ReturnType<typeof freshFiles>>

beforeAll(async () => {
  ;[source, target, work] = [await freshDatabase('mysql'), await freshDatabase('postgres'), await freshFiles()]
  await runPlain(source.url, [
    'CREATE TABLE orders (id int PRIMARY KEY, v varchar(20))',
    `INSERT INTO orders SELECT seq, concat('주문 ', seq) FROM ${numbers(1, ROWS)}`,
    'CREATE TABLE busy (n int)',
    'INSERT INTO busy VALUES (50)',
  ])
  const copied = await naru(['copy', source.url, target.url, '--tables', 'orders'], work.path)
  expect(copied.code, copied.output).toBe(0)
})
afterAll(async () => {
  for (const place of [source, target, work]) await place[Symbol.asyncDispose]()
})

interface Event {
  readonly type: string
  readonly state?: string
  readonly reason?: string
  readonly rows?: number
  readonly read?: number
  readonly same?: boolean
  readonly pauses?: { readonly count: number; readonly ms: number; readonly reasons: readonly string[] }
  readonly notes?: readonly string[]
  readonly verdict?: string
}

/** Runs `naru ARGS --json`; tells each event as it comes. */
async function events(args: readonly string[], heard: (event: Event) => void): Promise<Finished & { events: Event[] }> {
  const run = startNaru([...args, '--json'], work.path)
  const all: Event[] = []
  let rest = ''
  ;(run.child as ChildProcess).stdout?.on('data', (data) => {
    const lines = `${rest}${data}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = JSON.parse(line) as Event
      all.push(event)
      heard(event)
    }
  })
  return { ...(await run.end), events: all }
}

const free = () => runPlain(source.url, ['UPDATE busy SET n = 3'])
const busy = () => runPlain(source.url, ['UPDATE busy SET n = 50'])

test.each(['stream', 'digest'])(
  'verify by %s waits while a query does not hold, and goes on',
  async (by) => {
    await busy()
    let freed = false
    const args = [
      'verify',
      source.url,
      target.url,
      '--tables',
      'orders',
      '--by',
      by,
      '--while',
      'SELECT n FROM busy < 40',
    ]
    const run = await events([...args, '--while', 'target:SELECT 1 = 1'], (event) => {
      if (event.type === 'compared') expect(freed).toBe(true)
      if (event.type !== 'pause' || event.state !== 'begin') return
      freed = true
      void free()
    })
    expect(run.code, run.output).toBe(0)
    const paused = run.events.filter((e) => e.type === 'pause').map((e) => e.state)
    expect([paused[0], paused.at(-1)]).toEqual(['begin', 'end'])
    const result = run.events.find((e) => e.type === 'result')
    expect(result).toMatchObject({ same: true, pauses: { count: 1, reasons: ['SELECT n FROM busy 50 ≥ 40'] } })
    expect(result?.pauses?.ms).toBeGreaterThan(0)
    expect(result?.notes?.join()).toMatch(/paused once, .* in all: SELECT n FROM busy 50 ≥ 40/)
    expect(run.events.flatMap((e) => (e.type === 'compared' ? [e.rows] : []))).toEqual([ROWS])
  },
  60_000,
)

test('copy waits too, before its snapshot', async () => {
  await busy()
  await using to = await freshDatabase('sqlite')
  let freed = false
  const args = ['copy', source.url, to.url, '--tables', 'orders', '--while', 'SELECT n FROM busy < 40']
  const run = await events(args, (event) => {
    if (event.type === 'chunk') expect(freed).toBe(true)
    if (event.type !== 'pause' || event.state !== 'begin') return
    freed = true
    void free()
  })
  expect(run.code, run.output).toBe(0)
  expect(run.events.find((e) => e.type === 'result')?.notes?.join()).toContain('paused once')
})

test('a rate of rows holds for reading both sides', async () => {
  // Nothing but time can be asked for: what is left out of it, no machine can make slower.
  for (const by of ['stream', 'digest']) {
    const began = performance.now()
    const args = ['verify', source.url, target.url, '--tables', 'orders', '--by', by, '--rate', '1000/s', '--json']
    const run = await naru(args, work.path)
    expect(run.code, run.output).toBe(0)
    // All but the first batch, or the last range, is waited for.
    expect(performance.now() - began).toBeGreaterThan(1500)
  }
})

test.each([
  ['DROP TABLE busy < 40', /read.only/i],
  ['SELECT n FROM nowhere < 40', /nowhere/],
  ['SELECT 1 UNION SELECT 2 < 40', /gave 2 rows, and one number was expected/],
  ['SELECT NULL < 40', /gave NULL/],
  ["SELECT 'many' < 40", /gave 'many'/],
  ['No_such_status < 40', /gave 0 rows/],
  ['target:Threads_running < 40', /is no query/],
  ['SELECT 1; DROP TABLE busy < 40', /there is a ;/],
  ['Threads_running', /Expected/],
])(
  '--while %s is refused at once, and does nothing',
  async (condition, why) => {
    const run = await naru(['verify', source.url, target.url, '--tables', 'orders', '--while', condition], work.path)
    expect(run.code, run.output).toBe(2)
    expect(run.output).toMatch(why)
    await runPlain(source.url, ['SELECT n FROM busy'])
  },
  30_000,
)

test('a status variable by its name, and a lag that nobody can tell', async () => {
  const args = ['verify', source.url, target.url, '--tables', 'orders', '--while', 'Threads_connected < 10000']
  const run = await naru([...args, '--max-lag', '5s'], work.path)
  expect(run.code, run.output).toBe(0)
  expect(run.output).toMatch(/--max-lag: nothing to wait for on mysql:.*it is no replica/)
  expect(run.output).toMatch(/--max-lag: nothing to wait for on postgres:.*no standby is connected/)
}, 30_000)
