import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTls, splitTls } from './tls.ts'

const PEM = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n'
let home = ''
const place = () => ({ folder: home, home, defaultCa: false })

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'naru-tls-'))
  await writeFile(join(home, 'ca.pem'), PEM)
})
afterAll(() => rm(home, { recursive: true }))

test('parameters of both families are told from others', () => {
  expect(splitTls({ sslmode: 'require', 'ssl-ca': '/a', ssl_key: '/k', SSLCert: '/c', connect_timeout: '3' })).toEqual({
    settings: { mode: 'require', ca: '/a', key: '/k', cert: '/c' },
    rest: { connect_timeout: '3' },
  })
})

test('modes of both families have one meaning', async () => {
  const modes = ['disable', 'DISABLED', 'allow', 'PREFERRED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY', 'verify-full']
  const read = await Promise.all(modes.map((mode) => readTls({ mode }, place())))
  expect(read.map((tls) => tls?.mode)).toEqual([
    'disable',
    'disable',
    'prefer',
    'prefer',
    'require',
    'verify-ca',
    'verify-full',
    'verify-full',
  ])
  await expect(readTls({ mode: 'verify-ful' }, place())).rejects.toMatchObject({
    code: 'ADDRESS_INVALID',
    hint: 'Did you mean verify-full?',
  })
})

test('nothing said is nothing decided', async () => {
  expect(await readTls({ mode: undefined }, place())).toBeUndefined()
})

test('files are read, texts are taken, a root certificate means verify-ca', async () => {
  expect(await readTls({ ca: 'ca.pem' }, place())).toEqual({ mode: 'verify-ca', ca: PEM })
  expect(await readTls({ mode: 'require', ca: '~/ca.pem' }, place())).toEqual({ mode: 'verify-ca', ca: PEM })
  expect(await readTls({ mode: 'verify-full', ca: PEM, cert: 'ca.pem', key: 'ca.pem' }, place())).toEqual({
    mode: 'verify-full',
    ca: PEM,
    cert: PEM,
    key: PEM,
  })
  expect(await readTls({ ca: 'system' }, place())).toEqual({ mode: 'verify-full' })
})

test('a file that is not there is named with what it is for', async () => {
  await expect(readTls({ key: 'no.pem' }, place())).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringContaining(`client key could not be read from ${join(home, 'no.pem')}`),
  })
})

test('PostgreSQL: the root certificate at its usual place is used for verifying', async () => {
  expect(await readTls({ mode: 'verify-full' }, { ...place(), defaultCa: true })).toEqual({ mode: 'verify-full' })
  await mkdir(join(home, '.postgresql'))
  await writeFile(join(home, '.postgresql', 'root.crt'), PEM)
  expect(await readTls({ mode: 'verify-full' }, { ...place(), defaultCa: true })).toEqual({
    mode: 'verify-full',
    ca: PEM,
  })
  expect(await readTls({ mode: 'require' }, { ...place(), defaultCa: true })).toEqual({ mode: 'require' })
})
