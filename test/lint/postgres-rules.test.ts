import { describe, expect, it } from 'vitest'
import { fixSql } from '../../src/revisions/lint/fix.ts'
import { FRAME_RULES } from '../../src/revisions/lint/frame-rules.ts'
import { lintSql } from '../../src/revisions/lint/lint-sql.ts'
import { POSTGRES_RULES } from '../../src/revisions/lint/postgres/rules.ts'
import type { LintContext } from '../../src/revisions/lint/rule.ts'
import type { Case, Cases } from './cases.ts'
import { COLUMN_CASES } from './postgres-cases-columns.ts'
import { NAME_AND_DATA_CASES } from './postgres-cases-data.ts'
import { STORAGE_AND_RIGHTS_CASES } from './postgres-cases-rights.ts'
import { INDEX_AND_TYPE_CASES } from './postgres-cases-types.ts'

const CASES: Cases = { ...COLUMN_CASES, ...INDEX_AND_TYPE_CASES, ...NAME_AND_DATA_CASES, ...STORAGE_AND_RIGHTS_CASES }

const CONTEXT: LintContext = { engine: 'postgres', inTransaction: false }

const parts = (c: Case): [string, LintContext] =>
  typeof c === 'string' ? [c, CONTEXT] : [c[0], { ...CONTEXT, ...c[1] }]

async function codes(c: Case, only?: readonly string[]): Promise<string[]> {
  const { findings } = await lintSql(...parts(c), { only })
  return findings.map((f) => f.code)
}

it('there are cases for each rule', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(POSTGRES_RULES.map((r) => r.code).toSorted())
})

it('codes are words, each for one rule, and what is said is whole', () => {
  const all = POSTGRES_RULES.map((r) => r.code)
  expect(new Set(all).size).toBe(all.length)
  for (const rule of [...POSTGRES_RULES, ...FRAME_RULES]) {
    expect(rule.code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(rule.why.length, rule.code).toBeGreaterThan(80)
    expect(rule.why, rule.code).toMatch(/[.)]$/)
  }
})

describe.each(POSTGRES_RULES.map((rule) => [rule.code, rule] as const))('%s', (code, rule) => {
  it.each(CASES[code].fires.map((c) => [c]))('finds %j', async (c) => {
    expect(await codes(c, [code])).toContain(code)
    expect(await codes(c, [code])).not.toContain('syntax')
  })

  it.each(CASES[code].silent.map((c) => [c]))('has nothing against %j', async (c) => {
    expect(await codes(c, [code])).toEqual([])
  })

  it('rewrites where it says so, and finds nothing in what it wrote', async () => {
    let rewritten = 0
    for (const c of CASES[code].fires) {
      const [text, context] = parts(c)
      const { text: fixed, done } = await fixSql(text, context, { only: [code] })
      rewritten += done.length
      const left = (await lintSql(fixed, context, { only: [code] })).findings
      expect(left.filter((f) => f.fix !== undefined)).toEqual([])
      expect(
        left.filter((f) => f.code === 'syntax'),
        fixed,
      ).toEqual([])
      if (done.length > 0) expect(left, fixed).toEqual([])
      expect((await fixSql(fixed, context, { only: [code] })).done).toEqual([])
    }
    expect(rewritten > 0, `${rewritten} rewritten`).toBe(rule.fixable)
  })

  it('says how to write it, in SQL in which it finds nothing', async () => {
    const samples = [...rule.safe.matchAll(/```sql\n([\s\S]*?)\n```/g)].map((m) => m[1])
    expect(samples).not.toEqual([])
    for (const sample of samples) {
      expect(await codes(sample, [code]), sample).toEqual([])
    }
  })
})
