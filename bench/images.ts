/** The benchmark of files: naru's mover beside what server and disk can do, and beside plain loops of requests with as many at once. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import pg from 'pg'
import { Agent, request } from 'undici'
import { dedicatedServer } from '../test/harness/servers.ts'
import { installed } from './installed.ts'
import { measure } from './measure.ts'

/** Requests at once, of every contender. */
const AT_ONCE = 16
/** Files at once, of every contender: some are asked for, the others written. */
const IN_ALL = 256
// Threads that wait for the disk, as many as naru has. Read by Node when it wants the first.
process.env.UV_THREADPOOL_SIZE ??= '16'
const LOGIN = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

interface Scenario {
  readonly size: 'small' | 'large'
  readonly files: number
  readonly bytes: number
  readonly what: string
}

const SCENARIOS: readonly Scenario[] = [
  { size: 'small', files: 5_000, bytes: 5_016, what: '5,000 files of 5 kB' },
  { size: 'large', files: 200, bytes: 2_000_016, what: '200 files of 2 MB' },
]

const CONFIG = (web: string, s3: string, folder: string) => `import { defineConfig } from 'naru'
const limits = { concurrency: ${IN_ALL}, perHost: ${AT_ONCE}, allowHosts: ['127.0.0.1'] }
export default defineConfig({ stores: {
  folder: { ...limits, from: '${web}', to: '${folder}' },
  s3: { ...limits, from: '${web}', to: { bucket: 'bench', endpoint: '${s3}', credentials: ${JSON.stringify(LOGIN)} } },
} })
`

async function serve(kind: 'web' | 's3', folder: string): Promise<{ url: string; child: ChildProcess }> {
  const script = join(import.meta.dirname, 'file-server.ts')
  const child = spawn(process.execPath, [script, kind, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return { url: `http://127.0.0.1:${String(port).trim()}/`, child }
}

/** Seconds, and those of processor time of the contender alone. */
interface Times {
  readonly wall: number
  readonly cpu: number
}

/** What workers take for all numbers. */
async function loop(files: number, work: (n: number) => Promise<void>): Promise<Times> {
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  let next = 0
  const worker = async () => {
    while (next < files) await work(next++)
  }
  await Promise.all(Array.from({ length: IN_ALL }, worker))
  const { user, system } = process.cpuUsage(cpu)
  return { wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 }
}

/** The time in which naru moved the files of a table; processor time with the start of Node. */
async function naruTimes(command: string): Promise<Times> {
  const run = await measure(`${command} --json`)
  const phase = /"phase":"files","state":"end","ms":([\d.]+)/.exec(run.output)
  if (run.exit !== 0 || phase === null) throw new Error(run.output.slice(-2000))
  return { wall: Number(phase[1]) / 1000, cpu: run.cpu }
}

interface Ends {
  readonly folder: string
  readonly web: string
  readonly s3: string
  /** `naru files move … --db …` but for the store and the column. */
  readonly move: (store: string, column: string) => string
  /** Takes away what naru has moved, and its ledger. */
  readonly forget: () => Promise<void>
}

interface Contender {
  readonly what: string
  readonly to: 'folder' | 's3'
  readonly run: () => Promise<Times>
}

/** Those who bring the files of a scenario; the first two bring nothing, and tell what the others can reach. */
function contenders(s: Scenario, ends: Ends, dispatcher: Agent, client: S3Client): Contender[] {
  const get = async (n: number) => (await request(`${ends.web}${s.size}/${n}.png`, { dispatcher })).body
  const read = async (n: number) => Buffer.from(await (await get(n)).arrayBuffer())
  const plain = join(ends.folder, `plain-${s.size}`)
  mkdirSync(plain)
  const thrownAway = async (n: number) => {
    let bytes = 0
    for await (const chunk of await get(n)) bytes += chunk.length
    if (bytes !== s.bytes) throw new Error(`${bytes} bytes came`)
  }
  const body = Buffer.alloc(s.bytes, 'naru')
  const alone = (n: number) => writeFile(join(plain, `${n}-alone.png`), body, { flush: true })
  const write = (flush: boolean) => async (n: number) =>
    writeFile(join(plain, `${n}-${flush}.png`), await read(n), { flush })
  const put = async (n: number) =>
    void (await client.send(
      new PutObjectCommand({ Bucket: 'bench', Key: `plain/${s.size}/${n}`, Body: await read(n) }),
    ))
  const naru = async (store: string) => {
    await ends.forget()
    return naruTimes(ends.move(store, `${s.size}.address`))
  }
  const all = (work: (n: number) => Promise<void>) => async () => {
    for (const name of readdirSync(plain)) rmSync(join(plain, name))
    return loop(s.files, work)
  }
  return [
    { what: 'requests alone, the limit of the server', to: 'folder', run: all(thrownAway) },
    { what: 'synced writes alone, the limit of the disk', to: 'folder', run: all(alone) },
    { what: 'requests and writeFile, not synced', to: 'folder', run: all(write(false)) },
    { what: 'requests and writeFile, synced', to: 'folder', run: all(write(true)) },
    { what: 'naru, to a folder', to: 'folder', run: () => naru('folder') },
    { what: 'requests and PutObject, against s3rver', to: 's3', run: all(put) },
    { what: 'naru, to s3rver', to: 's3', run: () => naru('s3') },
  ]
}

function line({ files, bytes }: Scenario, what: string, { wall, cpu }: Times, limit: Times): void {
  const rate = Math.round(files / wall).toLocaleString('en')
  const megabytes = ((files * bytes) / 1e6 / wall).toFixed(0)
  const share = `${((limit.wall / wall) * 100).toFixed(0)} %`
  console.log(
    `  ${what.padEnd(44)} ${wall.toFixed(2).padStart(7)} s ${rate.padStart(7)} files/s ${megabytes.padStart(6)} MB/s ${share.padStart(6)}  processor ${cpu.toFixed(1)} s`,
  )
}

/** Rounds of all contenders, so that what else the machine does meets each of them; printed is the fastest run of each. */
async function benchScenario(s: Scenario, ends: Ends, o: ImagesOptions): Promise<void> {
  const dispatcher = new Agent({ connections: AT_ONCE })
  const client = new S3Client({ endpoint: ends.s3, credentials: LOGIN, region: 'us-east-1', forcePathStyle: true })
  const wanted = (to: string) => !o.only.some((name) => name === 'folder' || name === 's3') || o.only.includes(to)
  const all = contenders(s, ends, dispatcher, client).filter(({ to }, i) => i === 0 || wanted(to))
  const fastest = new Map<Contender, Times>()
  for (let round = 0; round < o.repeat; round++) {
    for (const contender of all) {
      const times = await contender.run()
      if (times.wall < (fastest.get(contender)?.wall ?? Number.POSITIVE_INFINITY)) fastest.set(contender, times)
    }
  }
  console.log(s.what)
  const [limit] = [...fastest.values()]
  for (const [{ what }, times] of fastest) line(s, what, times, limit)
  client.destroy()
  await dispatcher.destroy()
}

interface ImagesOptions {
  readonly repeat: number
  /** Scenarios (`small`, `large`) and destinations (`folder`, `s3`); none: all. */
  readonly only: readonly string[]
}

/** Prints files and bytes a second of each way, and its share of what the web server gives. */
export async function benchImages(o: ImagesOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'naru-bench-'))
  const [web, s3] = [await serve('web', folder), await serve('s3', join(folder, 's3'))]
  await using postgres = await dedicatedServer('postgres')
  const db = new pg.Client({ connectionString: postgres.url })
  await db.connect()
  try {
    for (const { size, files } of SCENARIOS) {
      await db.query(`CREATE TABLE ${size} (id int PRIMARY KEY, address text NOT NULL)`)
      await db.query(`INSERT INTO ${size} SELECT n, '${size}/' || n || '.png' FROM generate_series(0, ${files - 1}) n`)
    }
    const config = join(folder, 'naru.config.ts')
    writeFileSync(config, CONFIG(web.url, s3.url, join(folder, 'out')))
    const naru = await installed(folder)
    const move = (store: string, column: string) =>
      `${naru} files move ${store} --config ${config} --db ${postgres.url} --column ${column}`
    const forget = async () => {
      await db.query('DROP SCHEMA IF EXISTS naru_ledger CASCADE')
      rmSync(join(folder, 'out'), { recursive: true, force: true })
    }
    const ends = { folder, web: web.url, s3: s3.url, move, forget }
    const sizes = SCENARIOS.filter(({ size }) => o.only.includes(size))
    for (const scenario of sizes.length === 0 ? SCENARIOS : sizes) await benchScenario(scenario, ends, o)
  } finally {
    await db.end()
    web.child.kill()
    s3.child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}
