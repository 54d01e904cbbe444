/** Scripts that nobody would write: rules answer or keep silent, and what they write they leave alone the next time. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fixSql } from '../../src/revisions/lint/fix.ts'
import { lintSql } from '../../src/revisions/lint/lint-sql.ts'
import { COLUMN_CASES } from './mysql-cases-columns.ts'
import { ROW_CASES } from './mysql-cases-rows.ts'
import { TABLE_CASES } from './mysql-cases-tables.ts'
import { TYPE_CASES } from './mysql-cases-types.ts'
import { ALTER_CASES } from './sqlite-cases-alter.ts'
import { TABLE_CASES as SQLITE_TABLE_CASES } from './sqlite-cases-tables.ts'

const SCRIPTS = {
  mysql: { ...COLUMN_CASES, ...TABLE_CASES, ...TYPE_CASES, ...ROW_CASES },
  sqlite: { ...ALTER_CASES, ...SQLITE_TABLE_CASES },
}
const NOISE = [
  '',
  ' ',
  '`',
  '"',
  "'",
  '(',
  ')',
  ',',
  ';',
  '--',
  '/*',
  '*/',
  '/*!',
  '\\',
  '한글😀',
  '\ud83d',
  '\u202e',
  '\0',
]

/** Words of real scripts, cut anywhere and put together with what hurts. */
function scripts(engine: 'mysql' | 'sqlite'): fc.Arbitrary<string> {
  const all = Object.values(SCRIPTS[engine]).flatMap((c) => [...c.fires, ...c.silent])
  const words = all.flatMap((c) => (typeof c === 'string' ? c : c[0]).split(/(?<=[\s,;()])/))
  const word = fc.oneof(
    { arbitrary: fc.constantFrom(...words), weight: 4 },
    { arbitrary: fc.constantFrom(...NOISE), weight: 1 },
  )
  const damaged = fc
    .tuple(fc.constantFrom(...all), fc.nat(), fc.nat(8), fc.constantFrom(...NOISE))
    .map(([c, at, length, noise]) => {
      const text = typeof c === 'string' ? c : c[0]
      const from = at % (text.length + 1)
      return text.slice(0, from) + noise + text.slice(from + length)
    })
  return fc.oneof(
    damaged,
    fc.array(word, { maxLength: 30 }).map((w) => w.join('')),
  )
}

it.each(['mysql', 'sqlite'] as const)('%s: nothing throws, places lie in the text, fixing ends', async (engine) => {
  const contexts = [{}, { flavor: 'mysql', version: '8.4.0' }, { flavor: 'mariadb', version: '10.11.6' }] as const
  await fc.assert(
    fc.asyncProperty(
      fc.array(scripts(engine), { maxLength: 4 }),
      fc.constantFrom(...contexts),
      async (parts, server) => {
        const text = parts.join(';\n')
        const context = { engine, inTransaction: false, ...server }
        const { findings } = await lintSql(text, context)
        const lines = text.split('\n').length
        for (const { place, message } of findings) {
          expect(place.line).toBeGreaterThan(0)
          expect(place.endLine).toBeLessThanOrEqual(lines)
          expect(place.endLine > place.line || place.endColumn > place.column).toBe(true)
          expect(message).not.toMatch(/undefined|NaN|\[object/)
        }
        const { text: fixed } = await fixSql(text, context)
        const again = await fixSql(fixed, context)
        expect(again.done.length).toBe(0)
      },
    ),
    { numRuns: 150 },
  )
})
