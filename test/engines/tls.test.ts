/** TLS against servers that have certificates: what each mode demands, client certificates, and a whole copy over it. */
import mysql from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgres as engine } from '../../src/engines/postgres/index.ts'
import { copy, inspect, type NaruError } from '../../src/index.ts'
import { type Certificates, canCertify, makeCertificates } from '../harness/certificates.ts'
import { type DedicatedServer, dedicatedServer } from '../harness/servers.ts'

const SECRET = 'p4ssw0rd-of-tls'

interface Secured {
  readonly server: DedicatedServer
  readonly files: Certificates
  /** Address as a user: by a name that the certificate has, or one that it has not. */
  url(user: string, params: string, host?: 'localhost' | '127.0.0.1'): string
}

async function start(kind: 'postgres' | 'mysql', args: (c: Certificates) => string[]): Promise<Secured> {
  let files: Certificates | undefined
  const server = await dedicatedServer(kind, (folder) => {
    files = makeCertificates(folder)
    return args(files)
  })
  const { port } = new URL(server.url)
  const database = kind === 'postgres' ? 'postgres' : 'shop'
  return {
    server,
    files: files as Certificates,
    url: (user, params, host = 'localhost') => `${kind}://${user}@${host}:${port}/${database}?${params}`,
  }
}

async function startPostgres(): Promise<Secured> {
  const secured = await start('postgres', ({ ca, server }) =>
    ['ssl=on', `ssl_cert_file=${server.cert}`, `ssl_key_file=${server.key}`, `ssl_ca_file=${ca}`].flatMap((s) => [
      '-c',
      s,
    ]),
  )
  const client = new pg.Client({ connectionString: secured.server.url })
  await client.connect()
  await client.query(`CREATE ROLE secure LOGIN SUPERUSER PASSWORD '${SECRET}'; CREATE ROLE certified LOGIN`)
  const { rows } = await client.query('SHOW hba_file')
  const rules = [
    'hostssl all secure all scram-sha-256',
    'hostssl all certified all cert',
    'host all postgres all trust',
  ]
  await client.query(`COPY (SELECT unnest(ARRAY['${rules.join("','")}'])) TO '${rows[0].hba_file}'`)
  await client.query('SELECT pg_reload_conf()')
  await client.end()
  return secured
}

async function startMariadb(): Promise<Secured> {
  const secured = await start('mysql', ({ ca, server }) => [
    `--ssl-ca=${ca}`,
    `--ssl-cert=${server.cert}`,
    `--ssl-key=${server.key}`,
  ])
  const client = await mysql.createConnection({ uri: secured.server.url, multipleStatements: true })
  await client.query(`CREATE DATABASE shop; CREATE TABLE shop.t (id int PRIMARY KEY, name varchar(20));
    INSERT INTO shop.t VALUES (1, '하나'), (2, NULL);
    CREATE USER secure@'%' IDENTIFIED BY '${SECRET}' REQUIRE SSL; CREATE USER certified@'%' REQUIRE X509;
    GRANT ALL ON *.* TO secure@'%'; GRANT ALL ON *.* TO certified@'%'`)
  await client.end()
  return secured
}

/** The error's texts, all of which a user may see. */
async function refusal(url: string): Promise<string> {
  const error = await inspect(url, { format: 'json' }).then(
    () => null,
    (e: NaruError) => e,
  )
  return error === null ? 'let in' : [error.code, error.message, error.why, error.hint].join(' | ')
}

describe.skipIf(!canCertify())('TLS (needs openssl)', () => {
  let postgres: Secured
  let mariadb: Secured
  beforeAll(async () => {
    ;[postgres, mariadb] = await Promise.all([startPostgres(), startMariadb()])
  })
  afterAll(() => Promise.all([postgres?.server.stop(), mariadb?.server.stop()]))

  const login = `secure:${SECRET}`

  test.each([
    ['PostgreSQL', () => postgres, 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'],
    ['MariaDB', () => mariadb, 'ssl-mode', 'ssl-ca', 'ssl-cert', 'ssl-key'],
  ] as const)('%s: each mode demands what it says', async (_, secured, mode, ca, cert, key) => {
    const { url, files } = secured()
    const verified = (full: string, authority: string) => `${mode}=${full}&${ca}=${encodeURIComponent(authority)}`
    for (const params of [`${mode}=require`, `${mode}=prefer`, verified('verify-full', files.ca)])
      expect(await refusal(url(login, params)), params).toBe('let in')
    expect(await refusal(url(login, verified('verify-ca', files.ca), '127.0.0.1'))).toBe('let in')

    const refused = {
      plain: await refusal(url(login, `${mode}=disable`)),
      name: await refusal(url(login, verified('verify-full', files.ca), '127.0.0.1')),
      stranger: await refusal(url(login, verified('verify-ca', files.stranger))),
      password: await refusal(url('secure:wrong', `${mode}=require`)),
    }
    expect(refused.plain).toMatch(/^(AUTH_FAILED|CONNECT_FAILED)/)
    expect(refused.name).toMatch(/^CONNECT_FAILED.*127\.0\.0\.1/)
    expect(refused.stranger).toMatch(/^CONNECT_FAILED.*certificate/)
    expect(refused.password).toMatch(/^AUTH_FAILED/)
    expect(Object.values(refused).join()).not.toContain(SECRET)

    const own = `${cert}=${encodeURIComponent(files.client.cert)}&${key}=${encodeURIComponent(files.client.key)}`
    expect(await refusal(url('certified', `${verified('verify-full', files.ca)}&${own}`))).toBe('let in')
    expect(await refusal(url('certified', `${mode}=require`))).toMatch(/^AUTH_FAILED/)
  })

  test('without a word, a server of this machine is spoken to over TLS only where it demands it', async () => {
    const spoken = async (user: string, params = '') => {
      await using db = await engine.open(engine.parse(postgres.url(user, params)), { role: 'source' })
      const [row] = await db.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
      await using other = await engine.open(db.address, { role: 'source', like: db })
      expect(await other.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).toEqual([row])
      return row.ssl
    }
    expect(await spoken('postgres')).toBe(false)
    expect(await spoken('postgres', 'sslmode=prefer')).toBe(true)
    expect(await spoken(login)).toBe(true)
    expect(await refusal(postgres.url('secure:wrong', ''))).toMatch(/^AUTH_FAILED.*password authentication failed/)
    expect(await refusal(postgres.url('nobody', ''))).toMatch(/^AUTH_FAILED/)
    // A server without TLS gives its own reason, not that it has none.
    await using plain = await dedicatedServer('postgres')
    expect(await refusal(plain.url.replace('postgres@', 'nobody@'))).toMatch(/^AUTH_FAILED.*"nobody" does not exist/)
  })

  test('a copy over TLS on both sides', async () => {
    const [pgCa, myCa] = [postgres.files.ca, mariadb.files.ca].map(encodeURIComponent)
    const from = mariadb.url(login, `ssl-mode=verify-full&ssl-ca=${myCa}`)
    const to = postgres.url(login, `sslmode=verify-full&sslrootcert=${pgCa}`)
    const report = await copy(from, to, { jobs: 2 })
    expect(report).toMatchObject({ verdict: 'done', exit: 0 })
    expect(JSON.stringify(report)).not.toContain(SECRET)
    const client = new pg.Client({ connectionString: postgres.server.url })
    await client.connect()
    const { rows } = await client.query('SELECT id, name FROM t ORDER BY id')
    await client.end()
    expect(rows).toEqual([
      { id: 1, name: '하나' },
      { id: 2, name: null },
    ])
  })
})
