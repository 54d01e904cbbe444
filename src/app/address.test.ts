import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AddressContext, resolveAddress, sameDatabase } from './address.ts'
import type { NaruConfig } from './config-form.ts'

let home = ''
let warnings: string[] = []
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'naru-address-'))
  warnings = []
})
afterEach(() => rm(home, { recursive: true }))

function around(env: Record<string, string> = {}, config: NaruConfig = {}): AddressContext {
  const path = Object.keys(config).length === 0 ? null : join(home, 'naru.config.ts')
  return { config: { path, folder: home, config }, env, home, warn: (message) => warnings.push(message) }
}

async function secretFile(name: string, text: string, mode = 0o600): Promise<void> {
  await writeFile(join(home, name), text)
  await chmod(join(home, name), mode)
}

const variable = (name: string) => `$\{${name}}`

const osUser = userInfo().username

describe('PostgreSQL, as libpq', () => {
  test('what the address says is taken', async () => {
    const a = await resolveAddress(
      'postgres://kim:s%40cret@db.example:6000/shop?schema=sales',
      around({ PGUSER: 'no', PGPASSWORD: 'no' }),
    )
    expect(a).toMatchObject({
      engine: 'postgres',
      host: 'db.example',
      port: 6000,
      user: 'kim',
      password: 's@cret',
      database: 'shop',
      schema: 'sales',
    })
    expect(a.label).not.toContain('cret')
  })

  test('what it leaves out comes from the environment, and the label tells it', async () => {
    const env = { PGHOST: 'env.example', PGPORT: '7000', PGUSER: 'lee', PGDATABASE: 'stock', PGPASSWORD: 'from env' }
    const a = await resolveAddress('postgres://', around(env)).catch(() => resolveAddress('postgres:///', around(env)))
    expect(a).toMatchObject({ host: 'env.example', port: 7000, user: 'lee', database: 'stock', password: 'from env' })
    const spelled = await resolveAddress('postgres://lee@env.example:7000/stock', around())
    expect(a.label).toBe(spelled.label)
  })

  test('a host that is a folder is a socket', async () => {
    const a = await resolveAddress('postgres:///shop', around({ PGHOST: '/run/pg' }))
    expect(a).toMatchObject({ socket: '/run/pg', database: 'shop', user: osUser })
    expect(a.host).toBeUndefined()
    expect(a.label).toBe((await resolveAddress('postgres:///shop?host=/run/pg', around())).label)
  })

  test('the database is called like the user when nobody says otherwise', async () => {
    expect(await resolveAddress('postgres://kim@h', around())).toMatchObject({ database: 'kim' })
    expect(await resolveAddress('postgres://h', around({ PGUSER: 'lee' }))).toMatchObject({
      user: 'lee',
      database: 'lee',
    })
  })

  test('the password file is the last to be asked', async () => {
    await secretFile('.pgpass', 'h:5432:shop:kim:from file\n')
    const url = 'postgres://kim@h/shop'
    expect((await resolveAddress(url, around())).password).toBe('from file')
    expect((await resolveAddress(url, around({ PGPASSWORD: 'env' }))).password).toBe('env')
    expect((await resolveAddress('postgres://kim:url@h/shop', around({ PGPASSWORD: 'env' }))).password).toBe('url')
    expect((await resolveAddress('postgres://lee@h/shop', around())).password).toBeUndefined()
    await secretFile('other', '*:*:*:*:elsewhere\n')
    expect((await resolveAddress(url, around({ PGPASSFILE: join(home, 'other') }))).password).toBe('elsewhere')
  })

  test('a password file that others may read is ignored with a warning', async () => {
    await secretFile('.pgpass', '*:*:*:*:open secret\n', 0o644)
    expect((await resolveAddress('postgres://kim@h/shop', around())).password).toBeUndefined()
    expect(warnings).toEqual([
      expect.stringContaining(`${join(home, '.pgpass')} is ignored: others may read it (chmod 600`),
    ])
    expect(warnings.join()).not.toContain('open secret')
  })

  test('TLS comes whole from the address or whole from the environment', async () => {
    await writeFile(join(home, 'ca.pem'), '-----BEGIN CERTIFICATE-----\n')
    const env = { PGSSLMODE: 'require', PGSSLROOTCERT: 'ca.pem' }
    const fromEnv = await resolveAddress('postgres://h/shop', around(env))
    expect(fromEnv.tls).toEqual({ mode: 'verify-ca', ca: '-----BEGIN CERTIFICATE-----\n' })
    const fromUrl = await resolveAddress('postgres://h/shop?sslmode=disable&connect_timeout=3', around(env))
    expect(fromUrl.tls).toEqual({ mode: 'disable' })
    expect(fromUrl.params).toEqual({ connect_timeout: '3' })
    expect(warnings).toEqual(['the parameter connect_timeout of the address is not used'])
    expect((await resolveAddress('postgres://h/shop', around())).tls).toBeUndefined()
  })
})

test.each([
  ['postgres://h/shop?sslmod=require', 'sslmod', 'Did you mean sslmode?'],
  ['mysql://h/shop?sslca=ca.pem', 'sslca', 'Did you mean ssl-ca?'],
  ['pglite:folder?shema=app', 'shema', 'Did you mean schema?'],
])('a misspelt parameter is refused, not passed over: %s', async (url, name, hint) => {
  await expect(resolveAddress(url, around())).rejects.toMatchObject({
    code: 'ADDRESS_INVALID',
    message: `an address has no parameter ${name}`,
    hint,
  })
})

describe('MySQL, as its own clients', () => {
  test('the option file goes before the environment, the address before both', async () => {
    await secretFile('.my.cnf', '[client]\nuser=kim\npassword="from file"\nport=3310\n[mysqld]\nuser=mysql\n')
    const env = { MYSQL_PWD: 'from env' }
    expect(await resolveAddress('mysql://h/shop', around(env))).toMatchObject({
      engine: 'mysql',
      host: 'h',
      port: 3310,
      user: 'kim',
      password: 'from file',
      database: 'shop',
    })
    expect((await resolveAddress('mysql://kim:url@h/shop', around(env))).password).toBe('url')
  })

  test('the password of the file is for the user and the host of the file alone', async () => {
    await secretFile('.my.cnf', '[client]\nuser=kim\nhost=db.example\npassword=secret\n')
    expect((await resolveAddress('mysql://kim@db.example/shop', around())).password).toBe('secret')
    expect((await resolveAddress('mysql://root@db.example/shop', around())).password).toBeUndefined()
    expect((await resolveAddress('mysql://kim@elsewhere/shop', around({ MYSQL_PWD: 'env' }))).password).toBe('env')
  })

  test('MariaDB addresses are read alike, and TLS in the words of MySQL', async () => {
    await secretFile('.my.cnf', '[client]\nssl-mode=VERIFY_IDENTITY\n')
    expect((await resolveAddress('mariadb://kim@h/shop', around())).tls).toEqual({ mode: 'verify-full' })
    const a = await resolveAddress('mysql://kim@h/shop?ssl-mode=REQUIRED', around())
    expect(a.tls).toEqual({ mode: 'require' })
    expect(a.params).toEqual({})
  })

  test('an option file that everybody may write is ignored with a warning', async () => {
    await secretFile('.my.cnf', '[client]\npassword=planted\n', 0o666)
    expect((await resolveAddress('mysql://kim@h/shop', around())).password).toBeUndefined()
    expect(warnings).toEqual([expect.stringContaining('others may write it')])
  })
})

describe('names from the config', () => {
  test('a name is its address; relative paths start at the config', async () => {
    const config = { databases: { old: 'sqlite:data/shop.db', up: { url: 'sqlite:../x.db' }, none: 'sqlite::memory:' } }
    expect((await resolveAddress('old', around({}, config))).path).toBe(join(home, 'data', 'shop.db'))
    expect((await resolveAddress('none', around({}, config))).path).toBe(':memory:')
    expect((await resolveAddress('up', around({}, config))).path).toBe(join(home, '..', 'x.db'))
  })

  test('what the entry says wins over its address', async () => {
    const entry = {
      url: 'postgres://kim:old@h/shop',
      user: 'lee',
      password: 'new',
      schema: 'sales',
      tls: { mode: 'require' as const },
    }
    const a = await resolveAddress('app', around({ PGUSER: 'no' }, { databases: { app: entry } }))
    expect(a).toMatchObject({
      user: 'lee',
      password: 'new',
      schema: 'sales',
      database: 'shop',
      tls: { mode: 'require' },
    })
    expect(a.label).toBe((await resolveAddress('postgres://lee@h/shop?schema=sales', around())).label)
  })

  test('passwords come from a function, a file, or NARU_PASSWORD_<NAME>', async () => {
    await secretFile('pw', 'from file\n')
    const databases = {
      'my-app': { url: 'postgres://kim@h/shop', password: async () => 'fetched' },
      mounted: { url: 'postgres://kim@h/shop', passwordFile: 'pw' },
      gone: { url: 'postgres://kim@h/shop', passwordFile: 'nowhere' },
    }
    const of = async (name: string, env = {}) => (await resolveAddress(name, around(env, { databases }))).password
    expect(await of('my-app')).toBe('fetched')
    expect(await of('my-app', { NARU_PASSWORD_MY_APP: 'env' })).toBe('env')
    expect(await of('mounted')).toBe('from file')
    await expect(of('gone')).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('nowhere'),
    })
  })

  test('environment variables stand in addresses, encoded where they are a part of one', async () => {
    const env = { PW: 'p@ss/w:rd', WHOLE: 'postgres://kim:p%40@h/shop' }
    expect((await resolveAddress(`postgres://kim:${variable('PW')}@h/shop`, around(env))).password).toBe('p@ss/w:rd')
    expect((await resolveAddress(variable('WHOLE'), around(env))).password).toBe('p@')
    await expect(resolveAddress(`postgres://kim:${variable('GONE')}@h/shop`, around(env))).rejects.toMatchObject({
      code: 'ADDRESS_INVALID',
      message: 'the environment variable GONE is not set',
    })
  })
})

describe('a text that is no address says what was probably meant', () => {
  const hint = async (text: string, config: NaruConfig = {}) =>
    resolveAddress(text, around({}, config)).then(
      () => 'fine',
      (error) => `${error.code} ${error.hint}`,
    )

  test.each([
    ['shop.db', 'ADDRESS_INVALID Did you mean sqlite:shop.db?'],
    ['./data/shop.sqlite3', 'ADDRESS_INVALID Did you mean sqlite:./data/shop.sqlite3?'],
    ['sqlite3:shop.db', 'ADDRESS_INVALID Did you mean sqlite:shop.db?'],
    ['postgers://h/db', 'ADDRESS_INVALID Did you mean postgres://h/db?'],
    ['jdbc:mysql://h/db', 'ADDRESS_INVALID Did you mean mysql://h/db?'],
    ['postgresql+psycopg2://h/db', 'ADDRESS_INVALID Did you mean postgresql://h/db?'],
    ['kim@h/db', 'ADDRESS_INVALID Did you mean postgres://kim@h/db or mysql://kim@h/db?'],
    ['oracle://h/db', 'ADDRESS_INVALID Use postgres://'],
    ['nonsense', 'ADDRESS_INVALID Use postgres://'],
  ])('%s', async (text, expected) => {
    expect(await hint(text)).toContain(expected)
  })

  test('a name that is nearly in the config', async () => {
    const config = { databases: { legacy: 'sqlite:a.db', app: 'sqlite:b.db' } }
    expect(await hint('legcay', config)).toContain('Did you mean legacy?')
    await expect(resolveAddress('nonsense', around({}, config))).rejects.toMatchObject({
      why: expect.stringContaining('The config names legacy, app.'),
    })
  })

  test('folders are told apart by what is in them', async () => {
    await mkdir(join(home, 'csv'))
    await mkdir(join(home, 'pg'))
    await writeFile(join(home, 'pg', 'PG_VERSION'), '17')
    expect(await hint(join(home, 'csv'))).toContain(`csv:${join(home, 'csv')}`)
    expect(await hint(join(home, 'pg'))).toContain(`pglite:${join(home, 'pg')}`)
  })
})

describe('a password is never shown', () => {
  test.each([
    'postgrs://kim:hunter22@h/db',
    'postgres://kim:hunter22@h@@:x/db',
    'postgres://kim:hunter22@h:port/db',
    'mysql://kim:hunter22@h:99999999/db',
    'kim:hunter22@h/db',
    'jdbc:oracle://h/db?password=hunter22',
    'postgres://kim:hunter22@h/db?sslmode=nonsense',
    'mysql://kim:a@hunter22/b@h/db',
    'mysql://kim:1/hunter22@h/db',
    'mysql://kim:1?hunter22@h/db',
    'postgres://kim:a@hunter22/b@h/db',
    'postgres://kim:1/hunter22@h/db',
    'postgres://kim:1?hunter22@h/db',
    'postgres://kim:hunter22@h/db?sslrootcert=/nowhere.pem',
  ])('not in the error about %s', async (text) => {
    const error = await resolveAddress(text, around()).then(
      () => null,
      (e) => e,
    )
    expect(error).not.toBeNull()
    expect(JSON.stringify([error.message, error.why, error.hint, error.state, error.details])).not.toContain('hunter22')
  })

  test('not in the label, however it was given', async () => {
    await secretFile('.pgpass', '*:*:*:*:hunter22\n')
    const config = { databases: { app: { url: 'postgres://kim@h/db', password: 'hunter22' } } }
    const labels = await Promise.all(
      [
        'app',
        'postgres://kim:hunter22@h/db',
        'postgres://kim@h/db?password=hunter22',
        'mysql://kim:hunter22@h/db',
        'postgres:///db',
      ].map(async (text) => {
        const a = await resolveAddress(text, around({}, config))
        expect(JSON.stringify(a.params)).not.toContain('hunter22')
        return a.label
      }),
    )
    expect(labels.join()).not.toContain('hunter22')
  })
})

test('two texts for one place are the same database', async () => {
  const [a, b, c] = await Promise.all(
    ['postgres://kim:x@h/db', 'postgresql://lee@H:5432/db', 'postgres://kim@h/db?schema=s'].map((u) =>
      resolveAddress(u, around()),
    ),
  )
  expect(sameDatabase(a, b)).toBe(true)
  expect(sameDatabase(a, c)).toBe(false)
})
