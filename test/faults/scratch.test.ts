/** kill -9 while a scratch database is in use: the next naru that makes one there drops it, and none that is still in use. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/app/open.ts'
import { openScratch } from '../../src/app/scratch.ts'
import { SCRATCH_PREFIX } from '../../src/app/scratch-server.ts'
import { freshDatabase } from '../harness/database.ts'
import { address } from '../schema/loading.ts'

const APP = join(import.meta.dirname, '..', '..', 'src', 'app')

type Engine = 'postgres' | 'mysql'

/** A process that makes a scratch database, says its name, and then waits; `deaf`: it has lost its connection to the database itself. */
async function holder(engine: Engine, url: string, deaf = false) {
  const script = `const { openScratch } = await import(${JSON.stringify(join(APP, 'scratch.ts'))})
    const { engineFor } = await import(${JSON.stringify(join(APP, '..', 'engines', 'index.ts'))})
    const dev = (await engineFor(${JSON.stringify(engine)})).parse(${JSON.stringify(url)})
    const { database } = await openScratch({ engine: ${JSON.stringify(engine)}, dev })
    await database.execute('CREATE TABLE t (a int)')
    const [{ n }] = await database.query(${JSON.stringify(engine === 'postgres' ? 'SELECT current_database() AS n' : 'SELECT database() AS n')})
    if (${deaf}) await database.close()
    process.stdout.write(n + '\\n')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(child.stdout, 'data')
  return { child, name: String(said).trim() }
}

/** Scratch databases on the server, of whomever. */
async function scratches(url: string): Promise<string[]> {
  await using db = await openDatabase(await address(url), { role: 'source' })
  const names =
    db.engine.name === 'postgres'
      ? 'SELECT datname AS n FROM pg_database'
      : 'SELECT schema_name AS n FROM information_schema.schemata'
  return (await db.query(names)).map(({ n }) => String(n)).filter((n) => n.startsWith(SCRATCH_PREFIX))
}

test.for(['postgres', 'mysql'] as const)('on %s', async (engine) => {
  await using server = await freshDatabase(engine)
  const dev = await address(server.url)
  const again = async () => {
    await using _ = await openScratch({ engine, dev })
  }
  // One whose name only begins alike is somebody's own.
  const own = `${SCRATCH_PREFIX}of_my_own_${process.pid}`
  await using admin = await openDatabase(dev, { role: 'target' })
  await admin.execute(`CREATE DATABASE ${own}`)
  const [living, connected, killed] = await Promise.all([
    holder(engine, server.url, true),
    holder(engine, server.url),
    holder(engine, server.url),
  ])
  try {
    killed.child.kill('SIGKILL')
    await once(killed.child, 'exit')
    expect(await scratches(server.url)).toEqual(expect.arrayContaining([living.name, connected.name, killed.name]))
    // The server notices in its own time that a client is gone.
    for (let i = 0; i < 50 && (await scratches(server.url)).includes(killed.name); i++) {
      await again()
      await sleep(100)
    }
    const left = await scratches(server.url)
    expect(left).not.toContain(killed.name)
    expect(left).toEqual(expect.arrayContaining([living.name, connected.name, own]))
  } finally {
    living.child.kill('SIGKILL')
    connected.child.kill('SIGKILL')
    await admin.execute(`DROP DATABASE ${own}`)
  }
  for (let i = 0; i < 50 && (await scratches(server.url)).includes(living.name); i++) await again()
  expect(await scratches(server.url)).not.toContain(living.name)
})
