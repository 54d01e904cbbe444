/** Row functions are found again by the name of their transfer, in the configuration that exports it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { functionOf } from '../../src/app/row-function.ts'
import { freshFiles } from '../harness/database.ts'

const CONFIG = `
import { defineConfig, table, transfer } from 'naru'
const things = transfer('things', { from: table('a', 't'), to: table('b', 'u'), into: [table('b', 'v')], row: (old) => ({ n: old.n }) })
export default defineConfig({ databases: { a: 'sqlite:a', b: 'sqlite:b' }, transfers: { all: [things] } })`

const call = (module: string | null, name = 'things') => ({ module, transfer: name, properties: ['n'] })

test('in the module of the configuration', async () => {
  await using folder = await freshFiles()
  const path = join(folder.path, 'naru.config.ts')
  await writeFile(path, CONFIG)
  const found = await functionOf(call(path))
  expect(found.run({ n: 5 }, {} as never)).toEqual({ n: 5 })
  expect(found.into.map((t) => t.name)).toEqual(['u', 'v'])
  await expect(functionOf(call(path, 'others'))).rejects.toMatchObject({ code: 'ROW_FUNCTION' })
})

test('a function that this process alone was given cannot be found again', async () => {
  await expect(functionOf(call(null))).rejects.toMatchObject({ code: 'ROW_FUNCTION' })
})
