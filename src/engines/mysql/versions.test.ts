/** What servers of other versions than that of the tests are asked, and told. */
import { expect, test } from 'vitest'
import { checkTarget, type Server } from './connect.ts'
import { underItsSettings } from './object-sql.ts'
import { featuresOf } from './plan/features.ts'
import { processList } from './processes.ts'

function server(version: string): Server {
  const flavor = /mariadb/i.test(version) ? 'mariadb' : 'mysql'
  const [major, minor] = version.split('.').map(Number)
  return { flavor, version, major, minor, variables: new Map() }
}

test.each([
  ['8.0.22', true],
  ['8.0.21-0ubuntu0.20.04.1', false],
  ['8.4.0', true],
  ['9.7.4-2', true],
  ['5.7.44-log', false],
  ['10.11.6-MariaDB-0+deb12u1', false],
])('%s has the newer list of connections: %s', (version, is) => {
  expect(featuresOf(server(version)).listsProcesses).toBe(is)
})

test('connections are listed where no emoji of another session refuses the list', () => {
  expect(processList(server('9.7.4-2'))).toBe('performance_schema.processlist')
  expect(processList(server('8.0.21'))).toBe('information_schema.processlist')
  expect(processList(server('10.11.6-MariaDB'))).toBe('information_schema.processlist')
})

test('a server without JSON is read, not written to', () => {
  const label = 'mysql://old/shop'
  expect(() => checkTarget(server('5.6.24'), { label })).toThrow(/mysql:\/\/old\/shop is MySQL 5\.6\.24/)
  expect(() => checkTarget(server('5.7.7'), { label })).toThrow(/does not write/)
  for (const version of ['5.7.8', '5.7.44-log', '8.0.36', '9.7.4-2', '5.5.68-MariaDB'])
    checkTarget(server(version), { label })
})

test('a mode that MySQL 8 no longer knows is set where it is known', () => {
  const made = (sql_mode: string) =>
    underItsSettings({ kind: 'function', name: { name: 'f' }, definition: '', options: { sql_mode } }, 'CREATE')
  expect(made('ANSI_QUOTES')).toContain("SESSION sql_mode = 'ANSI_QUOTES';")
  expect(made('STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER,ANSI_QUOTES')).toContain(
    "SESSION sql_mode = IF(version() LIKE '%MariaDB%' OR version() LIKE '5.%', 'STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER,ANSI_QUOTES', 'STRICT_TRANS_TABLES,ANSI_QUOTES');",
  )
})
