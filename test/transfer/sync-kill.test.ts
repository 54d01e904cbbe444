/** kill -9 at 30 moments of a job: whoever goes on writes every row exactly once. The target counts the writes itself. */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import type { SyncReport } from '../../src/app/sync.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { LINES, NEW, OLD, WRONG } from './sync-lives.ts'

const KILLS = 30
/** Processes that have started when their turn comes. */
const WAITING = 3

interface Life {
  readonly child: ChildProcess
  readonly ready: Promise<unknown>
}

function born(): Life {
  const child = fork(join(import.meta.dirname, 'sync-writer.ts'))
  return { child, ready: new Promise((resolve) => child.once('message', resolve)) }
}

/** Runs the job; `kill`: milliseconds after its first page. What it came to, null where it was killed. */
async function live({ child, ready }: Life, args: readonly string[], kill?: number): Promise<SyncReport | null> {
  await ready
  let report: SyncReport | null = null
  const gone = new Promise((resolve) => child.once('close', resolve))
  const begun = new Promise<void>((resolve) => {
    child.on('message', (m) => {
      if (typeof m === 'object') report = m as SyncReport
      resolve()
    })
    child.once('close', () => resolve())
  })
  child.send(args)
  await begun
  if (kill !== undefined) {
    await sleep(kill)
    child.kill('SIGKILL')
  }
  await gone
  return report
}

test('30 kills write nothing twice and lose nothing', async () => {
  await using app = await freshDatabase('postgres')
  await using files = await freshFiles()
  const old = join(files.path, 'old.db')
  const source = new DatabaseSync(old)
  source.exec(OLD)
  source.close()
  const db = new pg.Client({ connectionString: app.url })
  await db.connect()
  await db.query(NEW)
  const [{ n: wrong }] = (await db.query(WRONG)).rows
  expect(wrong).toBe(LINES / 2 + LINES / 6)

  const lives = Array.from({ length: WAITING }, born)
  let died = 0
  for (let k = 0; k < KILLS; k++) {
    lives.push(born())
    const life = lives.shift() as Life
    if ((await live(life, [old, app.url], Math.random() * 40)) === null) died++
  }
  expect(died, 'the job ended before it was killed 30 times').toBeGreaterThan(KILLS - 5)
  const last = await live(lives.shift() as Life, [old, app.url])
  for (const { child } of lives) child.kill('SIGKILL')
  const due = LINES + LINES / 6
  expect(last).toMatchObject({ resumed: true, looked: LINES, due, written: due, failed: 0, exit: 0 })
  expect((await db.query(WRONG)).rows).toEqual([{ n: 0 }])
  expect((await db.query('SELECT count(*)::int AS n FROM written')).rows).toEqual([{ n: due }])
  await db.end()
})
