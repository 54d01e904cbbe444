/**
 * `npm test`: every check of the project, then the tests. `npm test -- ARGS` hands ARGS to vitest and leaves the checks out.
 * The last line is `N passed, N failed, N skipped`, checks and tests together; the exit code is 1 where anything failed.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const BIN = join(ROOT, 'node_modules', '.bin')

interface Check {
  readonly name: string
  /** Programs of node_modules/.bin, one after the other. */
  readonly commands: readonly (readonly string[])[]
}

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const CHECKS: readonly Check[] = [
  { name: 'lint', commands: [['biome', 'check', '--error-on-warnings', '--no-errors-on-unmatched', '.']] },
  { name: 'types', commands: [['tsc', '--noEmit']] },
  { name: 'rooms', commands: [['node', 'scripts/check-rooms.ts']] },
  { name: 'unused code', commands: [['knip', '--no-progress']] },
  { name: 'docs', commands: [['node', 'scripts/docs.ts', '--check']] },
  {
    name: 'package',
    commands: [
      ['node', 'scripts/build.ts'],
      ['publint', '--strict', '--pack', 'false'],
    ],
  },
]

interface Ended {
  readonly code: number
  readonly output: string
}

/** Runs a program with the checkout's own Node first on PATH. */
function run([program, ...args]: readonly string[], shown: boolean, more: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const env = { ...process.env, ...more, PATH: `${BIN}${delimiter}${process.env.PATH}` }
  const stdio = shown ? (['ignore', 'inherit', 'inherit'] as const) : (['ignore', 'pipe', 'pipe'] as const)
  return new Promise((resolve) => {
    const child = spawn(join(BIN, program), args, { cwd: ROOT, env, stdio: [...stdio] })
    let output = ''
    const keep = (chunk: Buffer) => {
      output += chunk
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.once('error', (error) => resolve({ code: 1, output: `${error.message}\n` }))
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`.padStart(8)

async function check({ name, commands }: Check): Promise<boolean> {
  const begin = performance.now()
  let ended: Ended = { code: 0, output: '' }
  for (const command of commands) if (ended.code === 0) ended = await run(command, false)
  const ok = ended.code === 0
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${seconds(begin)}\n${ok ? '' : ended.output}`)
  return ok
}

/** Runs all checks, as many at a time as there are cores. */
async function runChecks(): Promise<Counts> {
  const waiting = [...CHECKS]
  const results: boolean[] = []
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results.push(await check(next))
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  const passed = results.filter(Boolean).length
  return { passed, failed: results.length - passed, skipped: 0 }
}

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
}

/** `built`: dist/ is what these sources make, so that no test builds it again. */
async function runTests(args: readonly string[], built: boolean): Promise<Counts> {
  const begin = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'naru-results-'))
  const file = join(folder, 'results.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const { code } = await run(['vitest', 'run', ...reporters, ...args], true, built ? { NARU_TEST_BUILT: '1' } : {})
    process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${'tests'.padEnd(12)} ${seconds(begin)}\n`)
    if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 }
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report
    // A file that does not load, or an error outside a test, fails the run without a failed test.
    const failed = report.numFailedTests === 0 && code !== 0 ? 1 : report.numFailedTests
    return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const args = process.argv.slice(2)
const checks = args.length === 0 ? await runChecks() : { passed: 0, failed: 0, skipped: 0 }
const tests = await runTests(args, args.length === 0 && checks.failed === 0)
const failed = checks.failed + tests.failed
process.stdout.write(`${checks.passed + tests.passed} passed, ${failed} failed, ${tests.skipped} skipped\n`)
process.exitCode = failed === 0 ? 0 : 1
