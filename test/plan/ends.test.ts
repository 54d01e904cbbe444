/** Both ends of a copy are opened side by side. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openEnds } from '../../src/app/open.ts'
import { engineFor } from '../../src/engines/index.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { freshDatabase } from '../harness/database.ts'

const address = async (url: string) => (await engineFor(url.split(':')[0])).parse(url)

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('a target that opening makes is not made where the source cannot be opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'naru-ends-'))
  const file = join(folder, 'new.db')
  try {
    const from = await address(`mysql://root@127.0.0.1:${await closedPort()}/shop`)
    const opening = openEnds(from, await address(`sqlite:${file}`), { role: 'target' })
    await expect(opening).rejects.toMatchObject({ code: 'CONNECT_FAILED' })
    expect(existsSync(file)).toBe(false)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('where neither can be opened the error is that of the source; where one can, it is closed', async () => {
  const from = await address(`mysql://root@127.0.0.1:${await closedPort()}/shop`)
  const nowhere = await address(`postgres://root@127.0.0.1:${await closedPort()}/shop`)
  await expect(openEnds(from, nowhere, { role: 'target' })).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    message: expect.stringContaining('mysql://'),
  })
  await using place = await freshDatabase('postgres')
  const there = await address(place.url)
  await expect(openEnds(from, there, { role: 'target', name: 'naru ends' })).rejects.toMatchObject({
    message: expect.stringContaining('mysql://'),
  })
  await using db = await postgres.open(there)
  const left = "SELECT 1 AS n FROM pg_stat_activity WHERE application_name = 'naru ends'"
  await expect.poll(() => db.query(left)).toEqual([])
})
