/** However a run ends, no process and no folder of it stays. The runs here are processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { freshDatabase } from './database.ts'
import { dedicatedServer } from './servers.ts'
import { isAlive, makeFolder, removeStale } from './supervisor.ts'

const SCRIPT = `
  const { dedicatedServer } = await import(${JSON.stringify(join(import.meta.dirname, 'servers.ts'))})
  const { freshDatabase } = await import(${JSON.stringify(join(import.meta.dirname, 'database.ts'))})
  const server = await dedicatedServer(process.argv[1])
  const file = await freshDatabase('csv')
  console.log(JSON.stringify({ pid: server.pid, file: file.url.slice(4) }))
  if (process.argv[2] === 'throw') throw new Error('planned')
  if (process.argv[2] === 'wait') await new Promise((done) => setTimeout(done, 60_000))
`

interface Report {
  readonly pid: number
  readonly file: string
}

function run(kind: string, ending: 'return' | 'throw' | 'wait'): ChildProcess {
  const { NARU_TEST_RUN: _, ...env } = process.env
  return spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, kind, ending], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

async function reported(child: ChildProcess): Promise<Report> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    if (text.includes('\n')) break
  }
  return JSON.parse(text) as Report
}

async function expectGone({ pid, file }: Report): Promise<void> {
  const deadline = Date.now() + 10_000
  while ((isAlive(pid) || existsSync(join(file, '..'))) && Date.now() < deadline) await sleep(50)
  expect(isAlive(pid)).toBe(false)
  expect(existsSync(join(file, '..'))).toBe(false)
}

describe('a run leaves nothing behind', () => {
  test.each(['return', 'throw'] as const)('that ends by %s', async (ending) => {
    await expectGone(await reported(run('mysql', ending)))
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('that gets %s', async (signal) => {
    const child = run('postgres', 'wait')
    const report = await reported(child)
    expect(isAlive(report.pid)).toBe(true)
    child.kill(signal)
    await expectGone(report)
  })

  test('whose supervisor was killed too: the next run removes it', async () => {
    const ended = spawn('true')
    await new Promise((resolve) => ended.once('exit', resolve))
    const made = makeFolder('old')
    const old = made.replace(`-${process.pid}-`, `-${ended.pid}-`)
    await rename(made, old)
    await mkdir(join(old, 'data'))
    await writeFile(join(old, 'server.pid'), '1')
    removeStale()
    expect(existsSync(old)).toBe(true)
    await utimes(old, 0, 0)
    removeStale()
    expect(existsSync(old)).toBe(false)
  })
})

describe('a dedicated server', () => {
  test.each(['postgres', 'mysql'] as const)('%s keeps what was committed over a kill', async (kind) => {
    await using server = await dedicatedServer(kind)
    const write = async (sql: string) => {
      if (kind === 'mysql') {
        const connection = await mysql.createConnection({ uri: server.url, multipleStatements: true })
        const [rows] = await connection.query(sql)
        await connection.end()
        return rows
      }
      const client = new pg.Client({ connectionString: server.url })
      await client.connect()
      const result = await client.query(sql)
      await client.end()
      return result.rows
    }
    const table = kind === 'mysql' ? 'mysql.kept' : 'kept'
    await write(`CREATE TABLE ${table} (a int)${kind === 'mysql' ? ' ENGINE=InnoDB' : ''}`)
    await write(`INSERT INTO ${table} VALUES (7)`)
    const before = server.pid
    await server.kill()
    expect(server.pid).toBeNull()
    await expect(write('SELECT 1')).rejects.toThrow()
    await server.restart()
    expect(server.pid).not.toBe(before)
    expect(await write(`SELECT a FROM ${table}`)).toEqual([{ a: 7 }])
  })

  test('is not the server of the run', async () => {
    await using server = await dedicatedServer('postgres')
    await using database = await freshDatabase('postgres')
    expect(new URL(server.url).port).not.toBe(new URL(database.url).port)
  })
})
