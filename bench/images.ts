/** The benchmark of files: naru's mover beside what server and disk can do, and beside plain loops of requests with as many at once. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { dedicatedServer } from '../test/harness/servers.ts'
import { AT_ONCE, BYTES, FILES, IN_ALL, LOGIN, type Size } from './file-scenarios.ts'
import { installed } from './installed.ts'
import { measure } from './measure.ts'

/** Threads of each contender that wait for the disk, as many as naru has. */
const THREADS = { UV_THREADPOOL_SIZE: '16' }

/** Where naru brings files is told to each run. */
const CONFIG = (web: string, s3: string) => `import { defineConfig } from 'naru'
const limits = { concurrency: ${IN_ALL}, perHost: ${AT_ONCE}, allowHosts: ['127.0.0.1'] }
const bucket = { bucket: 'bench', endpoint: '${s3}', credentials: ${JSON.stringify(LOGIN)} }
export default defineConfig({ stores: {
  folder: { ...limits, from: '${web}', to: '\${BENCH_TO}' },
  s3: { ...limits, from: '${web}', to: { ...bucket, prefix: '\${BENCH_TO}' } },
} })
`

async function serve(kind: 'web' | 's3', folder: string): Promise<{ url: string; child: ChildProcess }> {
  const script = join(import.meta.dirname, 'file-server.ts')
  const child = spawn(process.execPath, [script, kind, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return { url: `http://127.0.0.1:${String(port).trim()}/`, child }
}

/** Seconds in which files moved, and seconds of processor time of the whole process. */
interface Times {
  readonly wall: number
  readonly cpu: number
}

/** Runs a command that prints its milliseconds behind `before`. */
async function times(command: string, before: RegExp, env: Record<string, string>): Promise<Times> {
  const run = await measure(command, { ...THREADS, ...env })
  const ms = /^[\d.]+/.exec(run.output.split(before).at(-1) ?? '')
  if (run.exit !== 0 || ms === null) throw new Error(run.output.slice(-2000))
  return { wall: Number(ms[0]) / 1000, cpu: run.cpu }
}

interface Ends {
  readonly folder: string
  readonly web: string
  readonly s3: string
  /** `naru files move … --db …` but for the store and the column. */
  readonly move: (store: string, column: string) => string
  /** Takes away naru's ledger. */
  readonly forget: () => Promise<void>
}

let runs = 0

/** A folder for one run. What earlier runs brought stays until the end: some file systems are slow to make files after many were removed. */
function freshFolder({ folder }: Ends): string {
  const path = join(folder, `run-${++runs}`)
  mkdirSync(path)
  return path
}

interface Contender {
  readonly what: string
  readonly to: 'folder' | 's3'
  readonly run: () => Promise<Times>
}

/** Those who bring the files of a scenario; the first two bring nothing, and tell what the others can reach. */
function contenders(size: Size, ends: Ends): Contender[] {
  const script = join(import.meta.dirname, 'file-loop.ts')
  const loop = (kind: string, to: string) =>
    times(`${process.execPath} ${script} ${kind} ${size} ${FILES[size]} ${ends.web} ${to}`, /^/, {})
  const naru = async (store: 'folder' | 's3', to: string) => {
    await ends.forget()
    const command = ends.move(store, `${size}.address`)
    return times(command, /"phase":"files","state":"end","ms":/, { BENCH_TO: to })
  }
  return [
    { what: 'requests alone, the limit of the server', to: 'folder', run: () => loop('requests', ends.s3) },
    { what: 'synced writes alone, the limit of the disk', to: 'folder', run: () => loop('disk', freshFolder(ends)) },
    { what: 'requests and writeFile, not synced', to: 'folder', run: () => loop('write', freshFolder(ends)) },
    { what: 'requests and writeFile, synced', to: 'folder', run: () => loop('sync', freshFolder(ends)) },
    { what: 'naru, to a folder', to: 'folder', run: () => naru('folder', freshFolder(ends)) },
    { what: 'requests and PutObject, against s3rver', to: 's3', run: () => loop('put', ends.s3) },
    { what: 'naru, to s3rver', to: 's3', run: () => naru('s3', `run-${++runs}`) },
  ]
}

function line(size: Size, what: string, { wall, cpu }: Times, limit: Times): void {
  const rate = Math.round(FILES[size] / wall).toLocaleString('en')
  const megabytes = ((FILES[size] * BYTES[size]) / 1e6 / wall).toFixed(0)
  const share = `${((limit.wall / wall) * 100).toFixed(0)} %`
  console.log(
    `  ${what.padEnd(44)} ${wall.toFixed(2).padStart(7)} s ${rate.padStart(7)} files/s ${megabytes.padStart(6)} MB/s ${share.padStart(6)}  processor ${cpu.toFixed(1)} s`,
  )
}

/** Rounds of all contenders, so that what else the machine does meets each of them; printed is the fastest run of each. */
async function benchSize(size: Size, ends: Ends, o: ImagesOptions): Promise<void> {
  const wanted = (to: string) => !o.only.some((name) => name === 'folder' || name === 's3') || o.only.includes(to)
  const all = contenders(size, ends).filter(({ to }, i) => i === 0 || wanted(to))
  const fastest = new Map<Contender, Times>()
  for (let round = 0; round < o.repeat; round++) {
    for (const contender of all) {
      const run = await contender.run()
      if (run.wall < (fastest.get(contender)?.wall ?? Number.POSITIVE_INFINITY)) fastest.set(contender, run)
    }
  }
  console.log(`${FILES[size].toLocaleString('en')} files of ${(BYTES[size] / 1000).toFixed(0)} kB`)
  const [limit] = [...fastest.values()]
  for (const [{ what }, run] of fastest) line(size, what, run, limit)
}

interface ImagesOptions {
  readonly repeat: number
  /** Sizes (`small`, `large`) and destinations (`folder`, `s3`); none: all. */
  readonly only: readonly string[]
}

/** Prints files and bytes a second of each way, and its share of what the web server gives. */
export async function benchImages(o: ImagesOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'naru-bench-'))
  const [web, s3] = [await serve('web', folder), await serve('s3', join(folder, 's3'))]
  await using postgres = await dedicatedServer('postgres')
  const db = new pg.Client({ connectionString: postgres.url })
  await db.connect()
  const sizes = Object.keys(FILES) as Size[]
  try {
    for (const size of sizes) {
      await db.query(`CREATE TABLE ${size} (id int PRIMARY KEY, address text NOT NULL)`)
      const last = FILES[size] - 1
      await db.query(`INSERT INTO ${size} SELECT n, '${size}/' || n || '.png' FROM generate_series(0, ${last}) n`)
    }
    const config = join(folder, 'naru.config.ts')
    writeFileSync(config, CONFIG(web.url, s3.url))
    const naru = await installed(folder)
    const move = (store: string, column: string) =>
      `${naru} files move ${store} --config ${config} --db ${postgres.url} --column ${column} --json`
    const forget = async () => void (await db.query('DROP SCHEMA IF EXISTS naru_ledger CASCADE'))
    const ends = { folder, web: web.url, s3: s3.url, move, forget }
    const wanted = sizes.filter((size) => o.only.includes(size))
    for (const size of wanted.length === 0 ? sizes : wanted) await benchSize(size, ends, o)
  } finally {
    await db.end()
    web.child.kill()
    s3.child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}
