/** bin/naru.js in the checkout: works as npx calls it, and tells an old Node what is wrong. */
import { execFile } from 'node:child_process'
import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { freshFiles } from '../harness/database.ts'

const run = promisify(execFile)
const BIN = join(import.meta.dirname, '../../bin/naru.js')

test('works through a link, as npx calls it', async () => {
  await using files = await freshFiles()
  const link = join(files.path, 'naru')
  await symlink(BIN, link)
  const { stdout } = await run(process.execPath, [link, '--help'], { cwd: files.path })
  expect(stdout).toContain('copy')
})

test('npx naru works in the checkout, without a build', async () => {
  const { stdout } = await run('npx', ['naru', '--version'], { cwd: join(import.meta.dirname, '../..') })
  expect(stdout.trim()).toBe(manifest.version)
})

test.each(['20.20.2', '22.17.1'])('on Node %s it says which one it needs', async (version) => {
  await using files = await freshFiles()
  const early = join(files.path, 'early.mjs')
  const later = join(files.path, 'naru.mjs')
  await writeFile(early, `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`)
  await writeFile(later, await readFile(BIN, 'utf8'))
  const failed = run(process.execPath, ['--import', early, later, '--help'])
  await expect(failed).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('needs Node.js 22.18 or newer'),
  })
})
