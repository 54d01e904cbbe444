/**
 * `npm run demo`: builds the legacy shop in ./demo, shows what a copy into embedded PostgreSQL would meet, copies and verifies it with the
 * real command line, and ends with where the report lies and what to try next. Needs nothing but Node; under a minute.
 */
import { spawn } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { styleText } from 'node:util'
import { buildLegacyShop } from '../examples/legacy-shop/build.ts'
import { SETTLED } from '../examples/legacy-shop/settled.ts'

const ROOT = join(import.meta.dirname, '..')
/** Where everything goes; another folder than ./demo may be given. */
const FOLDER = process.argv[2] ?? 'demo'
const DATABASE = join(FOLDER, 'legacy-shop.db')
const REPORT = join(FOLDER, 'report.html')
const FROM = `sqlite:${DATABASE}`
const TO = `pglite:${join(FOLDER, 'shop-pg')}`

const write = (text = '') => process.stdout.write(`${text}\n`)
const bold = (text: string) => styleText('bold', text)
const dim = (text: string) => styleText('dim', text)

/** The words of a command line as a person would type them. */
function typed(args: readonly string[]): string {
  const words = args.map((word) => (/^[\w:./=-]+$/.test(word) ? word : `'${word}'`))
  return words.join(' ').replaceAll(/ (--[a-z]+)/g, ' \\\n    $1')
}

/** Runs naru in the checkout, its output on this terminal; resolves to the exit code. */
function naru(...args: readonly string[]): Promise<number> {
  write(`${dim('$')} ${bold(`npx naru ${typed(args)}`)}\n`)
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/naru.js', ...args], { stdio: 'inherit' })
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}

function expectCode(what: string, code: number, wanted: number): void {
  if (code !== wanted) {
    write(`\nnaru ${what} ended with exit code ${code}; this demo expects ${wanted}.`)
    process.exit(code === 0 ? 1 : code)
  }
}

function build(): void {
  const begin = performance.now()
  rmSync(FOLDER, { recursive: true, force: true })
  const rows = Object.values(buildLegacyShop(DATABASE))
  const total = rows.reduce((sum, n) => sum + n, 0)
  const megabytes = (statSync(DATABASE).size / 1e6).toFixed(1)
  const seconds = ((performance.now() - begin) / 1000).toFixed(1)
  write(`${total.toLocaleString('en')} rows in ${rows.length} tables, ${megabytes} MB, ${seconds} s: ${DATABASE}`)
}

function farewell(seconds: number): void {
  write(`\n${bold(`All of it took ${seconds.toFixed(0)} s. The report:`)} ${resolve(REPORT)}\n`)
  write('Try next:')
  const hints: readonly [string, string][] = [
    [`npx naru copy ${TO} csv:${join(FOLDER, 'csv')}`, 'the shop, in order now, as a folder of CSV files'],
    [`npx naru runs ${TO}`, 'what the target remembers of its copies'],
    ['npx naru plan mysql://you@host/db postgres://you@host/db', 'your own database; plan changes nothing'],
    ['docs/findings.md', 'what naru looks for in values, and the ways out'],
  ]
  for (const [command, what] of hints) write(`  ${bold(command)}\n    ${dim(what)}`)
}

process.chdir(ROOT)
const begin = performance.now()
write(bold('1. A legacy shop, built on the spot'))
build()
write(`\n${bold('2. What would a copy do, and what would it meet?')}`)
expectCode('plan', await naru('plan', FROM, TO), 1)
write(`\n${bold('3. Each finding settled by name, everything copied and compared')}`)
expectCode('copy', await naru('copy', FROM, TO, ...SETTLED, '--report', REPORT), 0)
farewell((performance.now() - begin) / 1000)
