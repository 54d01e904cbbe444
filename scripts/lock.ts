/**
 * `node scripts/lock.ts`, after an `npm install` that changed package-lock.json: completes it with the builds for other
 * platforms that a partial registry did not offer (npm leaves them out, and `npm ci` refuses such a file everywhere).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILE = join(import.meta.dirname, '..', 'package-lock.json')
const CPUS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64']
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']

interface Entry {
  version: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  resolved?: string
  optionalDependencies?: Record<string, string>
}

/** The part of package-lock.json (version 3) that matters here. */
export interface Lock {
  packages: Record<string, Entry>
}

/** Optional dependencies without an entry of their own, as `[name, version, dependant]`. */
export function missingEntries(lock: Lock): [name: string, version: string, from: Entry][] {
  return Object.entries(lock.packages).flatMap(([path, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => lock.packages[`node_modules/${name}`] === undefined)
      .filter(([name]) => lock.packages[`${path}/node_modules/${name}`] === undefined)
      .map(([name, version]): [string, string, Entry] => [name, version, entry]),
  )
}

/** What a build's name says of its platform: `@biomejs/cli-linux-x64-musl`. */
function platform(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[-/]/)
  const cpu = words.includes('eabi') || /arm-(gnu|musl)?eabi/.test(name) ? 'arm' : CPUS.find((c) => words.includes(c))
  const os = SYSTEMS.find((system) => words.includes(system))
  if (cpu === undefined || os === undefined) throw new Error(`${name} names no platform: add it by hand`)
  const libc = words.some((w) => w.startsWith('musl'))
    ? ['musl']
    : words.some((w) => w.startsWith('gnu'))
      ? ['glibc']
      : null
  return { cpu: [cpu], ...(libc === null ? {} : { libc }), os: [os] }
}

function complete(lock: Lock): number {
  const missing = missingEntries(lock)
  for (const [name, version, from] of missing) {
    const entry = { version, ...platform(name), ...(from.dev ? { dev: true } : {}), optional: true }
    lock.packages[`node_modules/${name}`] = entry
  }
  const own = lock.packages['']
  const sorted = Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  lock.packages = Object.fromEntries([['', own], ...sorted])
  return missing.length
}

if (import.meta.main) {
  const lock = JSON.parse(readFileSync(FILE, 'utf8')) as Lock
  const added = complete(lock)
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`)
  process.stdout.write(`${added} entries added to package-lock.json\n`)
}
