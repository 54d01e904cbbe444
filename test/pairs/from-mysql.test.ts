import type { CopyOptions } from '../../src/core/options.ts'
import { pairTests, plainSet, type TargetKind } from './copying.ts'

/** What only MySQL holds: a zero date, and integers up to 2^64 (SQLite's end at 2^63). */
function ghostOptions(target: TargetKind): CopyOptions {
  if (target === 'mysql') return {}
  const casts = ['gh_unsigned', 'gh_unsigned_rename', 'gh_unsigned_reorder'].map((table) => `${table}.biu=text`)
  return {
    policies: { 'ZERO_DATE:gh_datetime_1970.create_time': 'null' },
    ...(target === 'sqlite' && { casts }),
  }
}

/** A zero date becomes NULL, as the policy says; MySQL's geometry loses the number in front of its WKB, which is 0 here. */
function ghostValue(value: string, table: string, column: string, target: TargetKind): string | null {
  if (target === 'mysql') return value
  if (`${table}.${column}` === 'gh_datetime_1970.create_time' && value.startsWith('0000-00-00')) return null
  if (/^gh_(geometry|spatial)$/.test(table) && value.startsWith('\\x00000000')) return `\\x${value.slice(10)}`
  return value
}

pairTests('mysql', [
  plainSet('sakila-mysql'),
  plainSet('ghost-localtests-mysql', { options: ghostOptions, expected: ghostValue }),
  plainSet('roundcube-mysql', { targets: ['postgres', 'pglite', 'mysql', 'sqlite'] }),
  plainSet('countries-mysql', { targets: ['postgres', 'pglite', 'mysql', 'sqlite'] }),
  plainSet('northwind-mysql', { targets: ['postgres', 'mysql', 'sqlite'] }),
  plainSet('classicmodels-mysql', { targets: ['postgres', 'mysql', 'sqlite'] }),
  plainSet('chinook-mysql', { targets: ['postgres', 'sqlite'] }),
  plainSet('chinook-mysql-autoinc', { targets: ['postgres'] }),
  plainSet('employees-mysql', { targets: ['postgres'] }),
])
