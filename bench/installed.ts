/** naru as users get it: built, in a folder without sources. */
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { measure } from './measure.ts'

const ROOT = join(import.meta.dirname, '..')

/** Builds naru, puts it into the folder, and gives the command that runs it. Throws when the build fails. */
export async function installed(folder: string): Promise<string> {
  const built = await measure(`${process.execPath} ${join(ROOT, 'scripts', 'build.ts')}`)
  if (built.exit !== 0) throw new Error(`the build failed:\n${built.output}`)
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(ROOT, part), join(folder, 'naru', part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'naru', 'node_modules'))
  return `${process.execPath} ${join(folder, 'naru', 'bin', 'naru.js')}`
}
