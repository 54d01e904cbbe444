/** Loading states in tests. */
import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { resolveAddress } from '../../src/app/address.ts'
import type { StateOptions } from '../../src/app/state-form.ts'
import type { Address } from '../../src/core/engine.ts'
import { freshFiles } from '../harness/database.ts'

const MODULES = join(import.meta.dirname, '..', '..', 'node_modules')
const context = { config: { path: null, folder: '/', config: {} }, env: process.env, home: '/nonexistent' }

export const address = (text: string): Promise<Address> => resolveAddress(text, context)

export function options(cwd: string, more: Partial<StateOptions> = {}): StateOptions {
  return { address, names: [], cwd, ...more }
}

/** A folder in which modules find drizzle-orm and kysely. */
export async function modulesFolder(): Promise<Awaited<ReturnType<typeof freshFiles>>> {
  const files = await freshFiles()
  await symlink(MODULES, join(files.path, 'node_modules'), 'dir')
  await writeFile(join(files.path, 'package.json'), '{"type": "module"}\n')
  return files
}

/** Edits schema.ts; each text to be replaced must be there. */
export async function edited(folder: string, edits: readonly (readonly [string | RegExp, string])[]): Promise<void> {
  const path = join(folder, 'schema.ts')
  let text = await readFile(path, 'utf8')
  for (const [from, to] of edits) {
    if (typeof from === 'string') expect(text).toContain(from)
    else expect(text).toMatch(from)
    text = text.replace(from, () => to)
  }
  await writeFile(path, text)
}
