/**
 * `npm run build`: src → dist as JavaScript with declarations, for publishing. Also what `npm pack` runs first. The modules are joined into
 * fewer files, for opening hundreds of small ones takes Node longer than most commands take otherwise.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { rolldown } from 'rolldown'

const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'dist')
/** What others import or start by its path. */
const DOORS = ['index.js', 'testing/index.js', 'cli/main.js']
/** One folder deep, as all of src is: what code finds by its own path is found from here, too. */
const LIB = 'lib'

const lib = (door: string) => door.replace('/', '-').slice(0, -'.js'.length)

/** Puts all code into dist/lib; threads find their files beside the file that starts them. */
async function joinModules(modules: readonly string[]): Promise<void> {
  const threads = modules.filter((name) => name.endsWith('-worker.js'))
  const bundle = await rolldown({
    input: Object.fromEntries([
      ...DOORS.map((door) => [lib(door), join(DIST, door)]),
      ...threads.map((thread) => [basename(thread, '.js'), join(DIST, thread)]),
    ]),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !id.startsWith(DIST),
  })
  await bundle.write({
    dir: join(DIST, LIB),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  })
  await bundle.close()
}

rmSync(DIST, { recursive: true, force: true })
execFileSync(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' })
const modules = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'))
await joinModules(modules)
for (const name of modules) rmSync(join(DIST, name))
for (const door of DOORS) {
  const behind = posix.relative(dirname(door), `${LIB}/${lib(door)}.js`)
  writeFileSync(join(DIST, door), `export * from '${behind.startsWith('.') ? behind : `./${behind}`}'\n`)
}
