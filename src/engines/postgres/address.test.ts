import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { describe, it } from 'vitest'
import { NaruError } from '../../core/error.ts'
import { parseAddress } from './address.ts'

describe('addresses', () => {
  it('of servers', () => {
    const a = parseAddress('postgres://kim:p%40ss%3A@db.example.org:6543/shop?schema=app&sslmode=require')
    const { host, port, user, password, database, schema, params } = a
    assert.deepEqual(
      { host, port, user, password, database, schema, params },
      {
        host: 'db.example.org',
        port: 6543,
        user: 'kim',
        password: 'p@ss:',
        database: 'shop',
        schema: 'app',
        params: { sslmode: 'require' },
      },
    )
    assert.equal(a.label, 'postgres://kim@db.example.org:6543/shop?schema=app')
  })

  it('take what is left out as libpq does', () => {
    const me = userInfo().username
    const a = parseAddress('postgresql://localhost')
    assert.deepEqual([a.user, a.database, a.port, a.password], [me, me, 5432, undefined])
    assert.equal(parseAddress('postgres://kim@localhost').database, 'kim')
    assert.equal(parseAddress('postgres://[::1]:5433/x').host, '::1')
    assert.equal(parseAddress('postgres://[::1]:5433/x').label, `postgres://${me}@[::1]:5433/x`)
  })

  it('of sockets', () => {
    for (const url of ['postgres:///shop?host=/run/pg&port=5433', 'postgres://%2Frun%2Fpg:5433/shop']) {
      const { socket, host, port, database, label } = parseAddress(url)
      assert.deepEqual(
        { socket, host, port, database },
        { socket: '/run/pg', host: undefined, port: 5433, database: 'shop' },
      )
      assert.match(label, /@\/shop\?host=\/run\/pg$/)
    }
  })

  it('of PGlite', () => {
    const a = parseAddress('pglite:./some%20folder?schema=app')
    assert.deepEqual([a.flavor, a.path, a.schema], ['pglite', resolve('some folder'), 'app'])
    assert.equal(parseAddress('pglite::memory:').path, ':memory:')
    assert.equal(parseAddress('pglite:///data/x').path, '/data/x')
  })

  it('are refused without saying what they hold', () => {
    const bad = [
      'postgres://kim:se@cret@host/x',
      'postgres://h:99999/x',
      'postgres://h/%zz',
      'pglite:',
      'postgres://kim:secret@h/x?broken',
    ]
    for (const url of bad) {
      assert.throws(
        () => parseAddress(url),
        (e) =>
          e instanceof NaruError && e.code === 'ADDRESS_INVALID' && !/cret/.test(`${e.message} ${e.why} ${e.hint}`),
        url,
      )
    }
  })
})
