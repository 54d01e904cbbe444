/** Mappings that read a folder of CSV files: only from one that is as its manifest says. */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { copyTransfer, planTransfer } from '../../src/app/transfer.ts'
import { findTransfers } from '../../src/app/transfer-set.ts'
import { verifyTransfer } from '../../src/app/verify-transfer.ts'
import { table } from '../../src/transfer/columns.ts'
import { type Transfer, transfer } from '../../src/transfer/define.ts'
import { address } from '../harness/address.ts'
import { freshFiles } from '../harness/database.ts'

const quiet = { report() {} }
// Tables without types: what is tested is what becomes of the rows.
const mapping = transfer as unknown as (name: string, mapping: object) => Transfer

test('a folder that was edited is refused, and taken when it is as it was', async () => {
  await using work = await freshFiles()
  const made = new DatabaseSync(join(work.path, 'old.db'))
  made.exec("CREATE TABLE goods (no INTEGER PRIMARY KEY, nm TEXT); INSERT INTO goods VALUES (1, '가'), (2, 'b')")
  made.close()
  const target = new DatabaseSync(join(work.path, 'new.db'))
  target.exec('CREATE TABLE product (id INTEGER PRIMARY KEY, name TEXT)')
  const addresses = {
    old: await address(`csv:${join(work.path, 'folder')}`),
    app: await address(`sqlite:${join(work.path, 'new.db')}`),
  }
  await copy(await address(`sqlite:${join(work.path, 'old.db')}`), addresses.old, {}, quiet)
  const products = mapping('products', {
    from: table('old', 'goods'),
    to: table('app', 'product'),
    columns: { id: 'no', name: 'nm' },
  })
  const databases = { old: 'csv:folder', app: 'sqlite:new.db' }
  const config = { path: null, folder: work.path, config: { databases, transfers: { all: [products] } } }
  const set = await findTransfers('all', config, {
    resolve: async (name) => addresses[name as keyof typeof addresses],
    store: () => Promise.reject(new Error('no stores')),
  })

  const file = join(work.path, 'folder/goods.csv')
  const whole = await readFile(file, 'utf8')
  await writeFile(file, whole.replace('b', 'B'))
  const refused = { code: 'FOLDER_CHANGED' }
  await expect(planTransfer(set, {}, quiet)).rejects.toMatchObject(refused)
  await expect(copyTransfer(set, {}, quiet)).rejects.toMatchObject(refused)
  expect(target.prepare('SELECT count(*) AS n FROM product').get()).toEqual({ n: 0 })

  await writeFile(file, whole)
  expect(await copyTransfer(set, {}, quiet)).toMatchObject({ exit: 0 })
  expect(
    target
      .prepare('SELECT * FROM product ORDER BY id')
      .all()
      .map((row) => ({ ...row })),
  ).toEqual([
    { id: 1, name: '가' },
    { id: 2, name: 'b' },
  ])
  target.close()
  await writeFile(file, whole.replace('b', 'B'))
  await expect(verifyTransfer(set, {}, { reporter: quiet })).rejects.toMatchObject(refused)
})
