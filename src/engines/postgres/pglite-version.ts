/** Which PGlite is installed. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The version of the package; null where that cannot be told. Never throws. */
export async function pgliteVersion(): Promise<string | null> {
  try {
    const main = createRequire(import.meta.url).resolve('@electric-sql/pglite')
    const { version } = JSON.parse(await readFile(join(dirname(main), '..', 'package.json'), 'utf8'))
    return /^[\w.+-]+$/.test(version) ? version : null
  } catch {
    return null
  }
}
