import { expect, test } from 'vitest'
import { checkConfig } from '../config-schema.ts'
import { store } from '../store-form.ts'
import { readStore } from './store.ts'

const read = (config: object, env: Record<string, string> = {}) =>
  readStore('images', {
    config: { path: null, folder: '/project', config: { stores: { images: config as never } } },
    env,
  })

const variable = (name: string) => `\${${name}}`

test('defaults, and places as texts', () => {
  const { store: plain } = read({ from: 'https://old.example/img', to: './out' })
  expect(plain).toMatchObject({
    from: { kind: 'web', url: 'https://old.example/img/', headers: {} },
    to: { kind: 'folder', path: '/project/out' },
    naming: 'keep',
    addressing: { bases: ['https://old.example/img/'], address: '{path}', outside: 'keep' },
    limits: { concurrency: 64, perHost: 8, retries: 4, timeout: 30_000 },
  })
  const s3 = 's3://bucket/a%20b?endpoint=http://127.0.0.1:9000&region=eu-west-1&pathStyle=false'
  expect(read({ from: s3, to: '/abs' }).store).toMatchObject({
    from: {
      kind: 's3',
      bucket: 'bucket',
      prefix: 'a b/',
      endpoint: 'http://127.0.0.1:9000',
      region: 'eu-west-1',
      pathStyle: false,
    },
    to: { path: '/abs' },
  })
})

test('bases are normalised; paths alone belong to the host of the first that has one', () => {
  const base = ['/uploads', 'https://old.example/uploads/', '//cdn.old.example/']
  expect(read({ from: './in', to: './out', base }).store.addressing.bases).toEqual([
    'https://old.example/uploads/',
    'https://old.example/uploads/',
    'https://cdn.old.example/',
  ])
})

test('secrets come from the environment, are told to be hidden, and stand in no address', () => {
  const { store: web, secrets } = read(
    { from: `https://kim:${variable('PASS')}@old.example/`, to: './out' },
    { PASS: 'hunter22' },
  )
  expect(JSON.stringify([web.addressing, web.name])).not.toContain('hunter22')
  expect(web.from).toMatchObject({ url: 'https://old.example/' })
  expect(secrets).toEqual([`Basic ${Buffer.from('kim:hunter22').toString('base64')}`])
  const credentials = { accessKeyId: 'id', secretAccessKey: variable('KEY') }
  expect(read({ from: 'in', to: { bucket: 'b', credentials } }, { KEY: 'k3y' }).secrets).toEqual(['k3y'])
})

test.each([
  [{ from: 'https://a.example/', to: 'https://b.example/' }, 'cannot be written to a web server'],
  [{ from: 'ftp://a.example/', to: 'out' }, 'ftp:// is no place for files'],
  [{ from: variable('NOPE'), to: 'out' }, 'NOPE is not set'],
  [{ from: 's3://b?regoin=x', to: 'out' }, 'no such parameter regoin'],
  [{ from: 's3://key:secret@b', to: 'out' }, 'credentials do not belong'],
  [{ from: 'in', to: 'out', outside: 'move' }, 'needs a web server'],
])('%j is refused', (config, message) => expect(() => read(config)).toThrow(message))

test('a checked config holds the very store that the file made', () => {
  const images = store({ from: 'in', to: 'out', name: ({ sha256 }) => sha256 })
  expect(checkConfig({ stores: { images } }, 'f').stores?.images).toBe(images)
})
