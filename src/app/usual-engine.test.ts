import { expect, test } from 'vitest'
import { usualEngine } from './usual-engine.ts'

test('the engine of the revisions, else that of their first database, else that of the first database there is', () => {
  const databases = { app: { url: 'mysql://root@localhost/shop' }, old: 'sqlite:old.db' }
  expect(usualEngine({ databases, revisions: { engine: 'postgres', database: 'app' } })).toBe('postgres')
  expect(usualEngine({ databases, revisions: { database: ['old', 'app'] } })).toBe('sqlite')
  expect(usualEngine({ databases, revisions: { database: 'pglite:./shop' } })).toBe('pglite')
  expect(usualEngine({ databases })).toBe('mysql')
  expect(usualEngine({ databases: { app: '$DATABASE_URL' } })).toBeUndefined()
  expect(usualEngine({})).toBeUndefined()
})
