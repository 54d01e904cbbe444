/** Texts of chunks, beyond what stays in memory too. */
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshFiles } from '../../../test/harness/database.ts'
import { chunkText } from './chunk-text.ts'
import { openFolder } from './folder.ts'

const MB = 1 << 20
const block = (n: number, byte: number) => Buffer.alloc(n, byte)

test.each([
  ['in memory', 3 * MB, 2 * MB],
  ['across the border', 30 * MB, 5 * MB],
  ['beyond it', 40 * MB, 3 * MB],
])('what was added and not cut off is what is written: %s', async (_, first, second) => {
  await using files = await freshFiles()
  const text = chunkText(openFolder(files.path, { format: 'csv', gzip: false }))
  text.add(block(first, 0x61))
  text.add(block(second, 0x62))
  text.cut(first)
  text.add(block(second + 7, 0x63))
  expect(text.length).toBe(first + second + 7)
  const path = join(files.path, 'out')
  const fd = openSync(path, 'w+')
  writeSync(fd, 'head')
  text.copyTo(fd, 4)
  closeSync(fd)
  const wanted = Buffer.concat([Buffer.from('head'), block(first, 0x61), block(second + 7, 0x63)])
  expect(readFileSync(path).equals(wanted)).toBe(true)
  text.cut(0)
  text.add(block(5, 0x64))
  const again = openSync(path, 'w+')
  text.copyTo(again, 0)
  closeSync(again)
  text.close()
  expect(readFileSync(path, 'utf8')).toBe('ddddd')
  // Nothing of it has a name that a kill would leave behind.
  expect(readdirSync(files.path)).toEqual(['out'])
})
