/** --max-lag on real replicas: naru waits while one is behind, and finds what it would have found without. */
import type { ChildProcess } from 'node:child_process'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type Finished, naru, startNaru } from '../faults/naru.ts'
import { freshFiles } from '../harness/database.ts'
import { contents } from '../repair/witness.ts'
import { runPlain } from './plain.ts'
import { noReplica, type Replicated, replicated } from './replicas.ts'

const ROWS = 500
const TABLE = 'CREATE TABLE stock (id int PRIMARY KEY, n int NOT NULL)'
const FILL = `INSERT INTO stock VALUES ${Array.from({ length: ROWS }, (_, i) => `(${i + 1}, ${i * 3})`).join(', ')}`
/** What the source has, and the target has not yet. */
const LATE = 'UPDATE stock SET n = n + 1 WHERE id > 400'

interface Pause {
  readonly type: string
  readonly state?: string
  readonly reason?: string
}

/** Runs `naru ARGS --json`; `paused` is called when it begins to wait. */
async function heard(args: readonly string[], cwd: string, paused: (reason: string) => Promise<void>) {
  const run = startNaru([...args, '--json'], cwd)
  const pauses: Pause[] = []
  let rest = ''
  ;(run.child as ChildProcess).stdout?.on('data', (data) => {
    const lines = `${rest}${data}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = JSON.parse(line) as Pause
      if (event.type !== 'pause') continue
      pauses.push(event)
      if (event.state === 'begin') void paused(event.reason ?? '')
    }
  })
  const finished: Finished = await run.end
  return { ...finished, pauses }
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await what()); ) {
    if (Date.now() > end) throw new Error('it did not come to that in 30 s')
    await sleep(50)
  }
}

const rows = async (url: string) => (await contents(url, ['stock']).catch(() => ({ stock: [] }))).stock

/** A database on both servers with the rows that were there before, and the source beside them. */
async function filled(at: Replicated, folder: string) {
  const old = `${folder}/old.db`
  const db = new DatabaseSync(old)
  for (const sql of [TABLE, FILL, LATE]) db.exec(sql)
  db.close()
  const named = (server: string) => new URL('/shop', server).href
  await runPlain(at.primary.url, ['CREATE DATABASE shop'])
  const [primary, replica] = [named(at.primary.url), named(at.replica.url)]
  await runPlain(primary, [TABLE, FILL])
  await until(async () => (await rows(replica)).length === ROWS)
  return { old: `sqlite:${old}`, primary, replica }
}

describe.each(['postgres', 'mysql'] as const)('%s', (kind) => {
  const why = noReplica(kind)
  test.skipIf(why !== null)(
    `a replica that is behind is waited for${why === null ? '' : ` (skipped: ${why})`}`,
    async () => {
      await using files = await freshFiles()
      await using at = await replicated(kind)
      const { old, primary, replica } = await filled(at, files.path)
      await at.hold()
      await runPlain(primary, [LATE])
      const verify = ['verify', old, replica, '--tables', 'stock']
      expect((await naru(verify, files.path)).code, 'the replica is not behind').toBe(1)
      const run = await heard([...verify, '--max-lag', '1s'], files.path, () => at.letGo())
      expect(run.code, run.output).toBe(0)
      expect(run.pauses[0]?.reason).toMatch(
        kind === 'postgres'
          ? /^replication lag of postgres:.*: replay is paused$/
          : /^replication lag of mysql:.*: replication does not run$/,
      )
      expect(run.pauses.at(-1)?.state).toBe('end')
      expect(run.output).toMatch(/paused once, .* in all: replication lag of/)

      if (kind === 'mysql') {
        const told = await naru(['verify', old, primary, '--tables', 'stock', '--max-lag', '1s'], files.path)
        expect(told.output).toMatch(/nothing to wait for on mysql:.*a primary is not told how far its replicas are/)
        return
      }
      // A primary knows of its standbys: a repair waits before it writes.
      await runPlain(primary, ['UPDATE stock SET n = -1 WHERE id <= 100'])
      await at.hold()
      await runPlain(primary, ['UPDATE stock SET n = -2 WHERE id <= 100'])
      await sleep(1500)
      const before = await rows(primary)
      let meanwhile: readonly string[] = []
      const mended = await heard(
        ['repair', old, primary, '--tables', 'stock', '--yes', '--max-lag', '1s'],
        files.path,
        async () => {
          meanwhile = await rows(primary)
          await at.letGo()
        },
      )
      expect(mended.code, mended.output).toBe(0)
      expect(mended.pauses[0]?.reason).toMatch(/^replication lag of postgres:\S+ \d.* > 1\.0 s$/)
      expect(meanwhile).toEqual(before)
      await until(async () => !(await rows(replica)).some((r) => r.includes(',-')))
      expect(await rows(replica)).toEqual(await rows(primary))
    },
  )
})
