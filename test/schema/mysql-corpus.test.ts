/** The corpus of MySQL and MariaDB, judged by SHOW CREATE of the server itself. */
import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { quote, textLiteral } from '../../src/engines/mysql/literal.ts'
import { changesOf, sqlOf, stateOf } from './law.ts'
import { COLUMNS, TYPES } from './mysql-corpus.ts'
import { ACCOUNTS, GRANTS, STRAYS } from './mysql-corpus-grants.ts'
import { KEYS } from './mysql-corpus-keys.ts'
import { HOSTILE, RENAMES, TABLES, VIEWS } from './mysql-corpus-objects.ts'
import { ROUTINES, TRIGGERS } from './mysql-corpus-programs.ts'
import { RARE } from './mysql-corpus-rare.ts'
import { OPTIONS, PARTITIONS, VERSIONS } from './mysql-corpus-storage.ts'
import { CHECKS, FOREIGN_KEYS, GENERATED } from './mysql-corpus-tables.ts'
import { TOGETHER } from './mysql-corpus-together.ts'
import type { Pair } from './mysql-pair.ts'
import { renamesBack } from './mysql-renames.ts'
import { leadTo, mysqlStage, refill, type Stage } from './mysql-stage.ts'
import { witness } from './mysql-witness.ts'

const GROUPS: Readonly<Record<string, readonly Pair[]>> = {
  columns: COLUMNS,
  types: TYPES,
  keys: KEYS,
  'computed columns': GENERATED,
  checks: CHECKS,
  'foreign keys': FOREIGN_KEYS,
  options: OPTIONS,
  partitions: PARTITIONS,
  versions: VERSIONS,
  tables: TABLES,
  renames: RENAMES,
  'hostile names': HOSTILE,
  together: TOGETHER,
  views: VIEWS,
  triggers: TRIGGERS,
  'routines, events, sequences': ROUTINES,
  'seldom met': RARE,
  privileges: GRANTS,
}

let stage: Stage

const account = ([user, host]: readonly [string, string]) => `${textLiteral(user)}@${textLiteral(host)}`

/** `CREATE OR REPLACE` or `DROP`: those to whom the pairs give privileges. */
async function accounts(verb: string): Promise<void> {
  const roles = ACCOUNTS.roles.map((name) => `${verb} ROLE ${quote(name)}`)
  const users = ACCOUNTS.users.map((user) => `${verb} USER ${account(user)}`)
  await stage.a.execute([...roles, ...users].join('; '))
}

beforeAll(async () => {
  stage = await mysqlStage()
  await accounts('CREATE OR REPLACE')
})
afterAll(async () => {
  await accounts('DROP')
  await stage[Symbol.asyncDispose]()
})

async function judge(pair: Pair): Promise<void> {
  const { a, b } = stage
  const made = await Promise.allSettled([refill(a, pair.from), refill(b, pair.to)])
  for (const one of made) if (one.status === 'rejected') throw one.reason
  if (pair.rows !== undefined) await a.execute(pair.rows)
  const [before, after, shown, wanted] = await Promise.all([stateOf(a), stateOf(b), witness(a), witness(b)])
  assert.ok(changesOf(a, before, after).length > 0, 'the two sides are the same')
  const renames = pair.renames ?? []
  const forth = await leadTo(a, before, after, { renames })
  if (pair.algorithm !== undefined && a.flavor === 'mariadb') {
    const told = forth.steps.find((s) => s.algorithm !== undefined)
    expect(told?.algorithm, sqlOf(forth.steps)).toBe(pair.algorithm)
  }
  expect(await witness(a), sqlOf(forth.steps)).toEqual(wanted)
  const back = await leadTo(a, forth.state, before, { renames: renamesBack(renames) })
  expect(await witness(a), sqlOf(back.steps)).toEqual(shown)
}

test('holds at least 150 pairs', () => {
  expect(Object.values(GROUPS).flat().length).toBeGreaterThanOrEqual(150)
})

describe.each(Object.entries(GROUPS))('%s:', (_, pairs) => {
  test.each(pairs.map((p) => [p.name, p] as const))('%s', (_name, pair) => judge(pair))
})

test(STRAYS.name, async () => {
  const { a, b } = stage
  await Promise.all([refill(a, STRAYS.from), refill(b, STRAYS.to)])
  const [before, after] = [await a.inspect(), await stateOf(b)]
  expect(before.remarks?.join()).toMatch(/privileges are kept for what is not there.*: t$/)
  await leadTo(a, await stateOf(a), after)
  expect(await witness(a)).toEqual(await witness(b))
})
