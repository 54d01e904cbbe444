import { describe, expect, test } from 'vitest'
import type { Undertaking } from '../../core/rights.ts'
import type { Server } from './connect.ts'
import type { Statements } from './query.ts'
import { missingRights } from './rights.ts'

/** What is missing on a server whose SHOW GRANTS gives these lines, as `right on object`. */
async function missing(lines: readonly string[], u: Undertaking, flavor = 'mysql'): Promise<string[]> {
  const query = async (sql: string) =>
    sql === 'SHOW GRANTS' ? lines.map((line) => ({ Grants: line })) : [{ me: 'app@%' }]
  const found = await missingRights({ query } as unknown as Statements, { flavor } as Server, 'my_shop', u)
  return found.flatMap((m) => m.rights.map((r) => `${r} on ${m.object}`))
}

const MAKE: Undertaking = { intents: [{ table: { name: 't' }, deeds: ['create'] }] }
const ADD: Undertaking = { intents: [{ table: { name: 't' }, deeds: ['select', 'insert'] }] }

describe('privileges hold', () => {
  test.each([
    ['on the server', 'GRANT ALL PRIVILEGES ON *.* TO `app`@`%` WITH GRANT OPTION'],
    ['one by one', 'GRANT SELECT, INSERT, CREATE, DROP ON *.* TO `app`@`%`'],
    ['on the database', 'GRANT ALL PRIVILEGES ON `my_shop`.* TO `app`@`%`'],
    ['with wildcards escaped', 'GRANT ALL PRIVILEGES ON `my\\_shop`.* TO `app`@`%`'],
    ['by a pattern', 'GRANT ALL PRIVILEGES ON `my%`.* TO `app`@`%`'],
    ['with bare names', 'GRANT ALL PRIVILEGES ON my_shop.* TO app@%'],
    ['from a role', 'GRANT SELECT, INSERT, CREATE ON `my_shop`.* TO `writers`'],
  ])('%s', async (_, line) => {
    expect(await missing(['GRANT USAGE ON *.* TO `app`@`%`', line], MAKE)).toEqual([])
  })

  test('on a table alone, for what is there', async () => {
    const lines = ['GRANT SELECT, INSERT ON `my_shop`.`t` TO `app`@`%`']
    expect(await missing(lines, ADD)).toEqual([])
    expect(await missing(lines, MAKE)).toEqual(['CREATE', 'SELECT', 'INSERT'].map((r) => `${r} on database my_shop`))
  })
})

test('privileges that do not hold here', async () => {
  const both = ['SELECT on table t', 'INSERT on table t']
  expect(await missing(['GRANT ALL PRIVILEGES ON `other`.* TO `app`@`%`'], ADD)).toEqual(both)
  expect(await missing(['GRANT ALL PRIVILEGES ON `myxshop`.* TO `app`@`%`'], ADD)).toEqual(both)
  expect(await missing(['GRANT SELECT (`a`, `b`), INSERT ON `my_shop`.`t` TO `app`@`%`'], ADD)).toEqual([both[0]])
  expect(
    await missing(['GRANT EXECUTE ON PROCEDURE `my_shop`.`t` TO `app`@`%`', "GRANT PROXY ON ''@'%' TO x"], ADD),
  ).toEqual(both)
  const partly = ['GRANT SELECT, INSERT ON *.* TO `app`@`%`', 'REVOKE INSERT ON `my_shop`.* FROM `app`@`%`']
  expect(await missing(partly, ADD)).toEqual([both[1]])
})

test('what is asked differs by server and deed', async () => {
  const refer: Undertaking = { intents: [{ table: { name: 't' }, deeds: ['create', 'refer'] }] }
  const lines = ['GRANT SELECT, INSERT, CREATE, ALTER ON `my_shop`.* TO `app`@`%`']
  expect(await missing(lines, refer)).toEqual(['REFERENCES on database my_shop'])
  expect(await missing(lines, refer, 'mariadb')).toEqual([])
  expect(await missing(lines, { intents: [], lock: true })).toEqual(['RELOAD on server'])
  expect(await missing(['GRANT FLUSH_TABLES ON *.* TO `app`@`%`'], { intents: [], lock: true })).toEqual([])
})
