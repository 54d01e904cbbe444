import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { loadConfig } from './config.ts'
import { checkConfig } from './config-schema.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-config-'))
})
afterEach(() => rm(folder, { recursive: true }))

const file = (name: string, text: string) => writeFile(join(folder, name), text)
const message = (value: unknown) => {
  try {
    checkConfig(value, 'naru.config.ts')
    return 'fine'
  } catch (error) {
    return (error as Error).message
  }
}

test('no file is an empty configuration', async () => {
  expect(await loadConfig(folder)).toEqual({ path: null, folder, config: {} })
})

test('a file in the folder is found and loaded, TypeScript before JavaScript', async () => {
  await file('naru.config.mjs', "export default { databases: { a: 'sqlite:mjs.db' } }")
  expect((await loadConfig(folder)).config).toEqual({ databases: { a: 'sqlite:mjs.db' } })
  await file('naru.config.ts', "const url: string = 'sqlite:ts.db'\nexport default { databases: { a: url } }")
  expect(await loadConfig(folder)).toEqual({
    path: join(folder, 'naru.config.ts'),
    folder,
    config: { databases: { a: 'sqlite:ts.db' } },
  })
})

test('a named file that is missing, empty or broken is refused with its path', async () => {
  await expect(loadConfig(folder, 'no.ts')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: `no file at ${join(folder, 'no.ts')}`,
  })
  await file('empty.mjs', 'export const x = 1')
  await expect(loadConfig(folder, 'empty.mjs')).rejects.toThrow('has no default export')
  await file('broken.mjs', "throw new Error('out of cheese')")
  await expect(loadConfig(folder, 'broken.mjs')).rejects.toMatchObject({ code: 'CONFIG_INVALID', why: 'out of cheese' })
})

test('a Node that does not strip types says so instead of a syntax error', async () => {
  await file('naru.config.ts', 'export default {}')
  await file('plain.mjs', 'export default {}')
  const features = vi.spyOn(process.features, 'typescript', 'get').mockReturnValue(false)
  try {
    await expect(loadConfig(folder)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `this Node (${process.version}) cannot load ${join(folder, 'naru.config.ts')}`,
      hint: expect.stringContaining('naru.config.mjs'),
    })
    expect((await loadConfig(folder, 'plain.mjs')).config).toEqual({})
  } finally {
    features.mockRestore()
  }
})

test('everything that may be said is accepted', () => {
  const config = {
    databases: {
      a: 'sqlite:a.db',
      b: {
        url: 'mysql://h/db',
        user: 'u',
        password: () => 'x',
        schema: 's',
        relations: ['a.b -> c.d', 'a(b, c) -> d(e, f)'],
        tls: { mode: 'verify-ca', ca: 'ca.pem' },
      },
    },
    copy: {
      casts: { 'a.b': 'text' },
      accept: ['X'],
      policies: { 'ZERO_DATE:a.b': 'null' },
      exclude: ['tmp*'],
      rate: '20MB',
      maxRejects: '0.1%',
      ifExists: 'append',
    },
  }
  expect(checkConfig(config, 'f')).toMatchObject({ databases: { a: 'sqlite:a.db' }, copy: { rate: '20MB' } })
})

test.each([
  [{ databse: {} }, 'naru.config.ts: databse: no such field, did you mean databases?'],
  [{ copy: { cast: [] } }, 'naru.config.ts: copy.cast: no such field, did you mean casts?'],
  [{ databases: { app: { urll: 'x' } } }, 'databases.app.url'],
  [
    { databases: { app: { url: 'sqlite:x', pasword: 'hunter22' } } },
    'databases.app.pasword: no such field, did you mean password?',
  ],
  [{ databases: { app: 7 } }, 'databases.app'],
  [{ databases: { app: { url: 'sqlite:x', tls: { mode: 'on' } } } }, 'databases.app.tls.mode'],
  [
    { databases: { app: { url: 'sqlite:x', relations: ['a.b = c.d'] } } },
    'databases.app.relations.0: expected "orders.customer_id -> ',
  ],
  [{ copy: { jobs: 0 } }, 'copy.jobs'],
  [{ copy: { policies: { ZERO_DATE: 'nul' } } }, 'copy.policies.ZERO_DATE'],
  [{ copy: { rate: 'fast' } }, 'copy.rate'],
  [{ copy: { casts: ['nonsense'] } }, 'copy.casts'],
  [{ copy: { restart: true } }, 'copy.restart: no such field'],
  [{ stores: { i: { from: 'a', to: 'b', nme: 'hash' } } }, 'stores.i.nme: no such field, did you mean name?'],
  [{ stores: { i: { from: 'a', to: { bucket: 'b', credentials: { secretAccessKey: 'hunter22' } } } } }, 'stores.i.to'],
  [{ stores: { i: { from: 'a', to: 'b', maxBytes: '20MB/s' } } }, 'stores.i.maxBytes'],
  [{ stores: { i: { from: 'a', to: 'b', types: ['image'] } } }, 'stores.i.types'],
  [null, 'the configuration'],
])('a wrong field is named: %j', (value, expected) => {
  expect(message(value)).toContain(expected)
  expect(message(value)).not.toContain('hunter22')
})

test('all wrong fields are told, the first in the message', () => {
  try {
    checkConfig({ copy: { jobs: 'x', verify: 'yes' } }, 'f')
    expect.unreachable()
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('copy.jobs') })
    expect((error as { why: string }).why).toContain('copy.verify')
  }
})
