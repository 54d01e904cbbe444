/** What holds for every rule of an engine. */
import { describe, expect, it } from 'vitest'
import { fixSql } from '../../src/revisions/lint/fix.ts'
import { lintSql } from '../../src/revisions/lint/lint-sql.ts'
import type { LintContext, LintLanguage } from '../../src/revisions/lint/rule.ts'
import type { Case, Cases } from './cases.ts'

/** Cases fire and keep silent, rewritings leave nothing to rewrite, and what a rule advises it has nothing against. */
export function rulesHold(language: Pick<LintLanguage<never>, 'rules'>, context: LintContext, cases: Cases): void {
  const parts = (c: Case): [string, LintContext] =>
    typeof c === 'string' ? [c, context] : [c[0], { ...context, ...c[1] }]
  const codes = async (c: Case, only: readonly string[]): Promise<string[]> =>
    (await lintSql(...parts(c), { only })).findings.map((f) => f.code)

  it('there are cases for each rule, and a code for each', () => {
    const all = language.rules.map((r) => r.code)
    expect(new Set(all).size).toBe(all.length)
    expect(Object.keys(cases).toSorted()).toEqual(all.toSorted())
  })

  describe.each(language.rules.map((rule) => [rule.code, rule] as const))('%s', (code, rule) => {
    it.each(cases[code].fires.map((c) => [c]))('finds %j', async (c) => {
      expect(await codes(c, [code])).toContain(code)
    })

    it.each(cases[code].silent.map((c) => [c]))('has nothing against %j', async (c) => {
      expect(await codes(c, [code])).toEqual([])
    })

    it('rewrites where it says so, and finds nothing to rewrite in what it wrote', async () => {
      let rewritten = 0
      for (const c of cases[code].fires) {
        const [text, here] = parts(c)
        const { text: fixed, done } = await fixSql(text, here, { only: [code] })
        rewritten += done.length
        const left = (await lintSql(fixed, here, { only: [code] })).findings
        expect(left.filter((f) => f.fix !== undefined)).toEqual([])
      }
      expect(rewritten > 0, `${rewritten} rewritten`).toBe(rule.fixable)
    })

    it('says why in whole sentences, and how to write it in SQL in which it finds nothing', async () => {
      const samples = [...rule.safe.matchAll(/```sql\n([\s\S]*?)\n```/g)].map((m) => m[1])
      expect(samples).not.toEqual([])
      // A definition of a column alone is no statement.
      for (const sample of samples.filter((s) => s.endsWith(';'))) {
        expect(await codes(sample, [code]), sample).toEqual([])
      }
      expect(rule.why).toMatch(/[.)]$/)
      expect(rule.why.length).toBeGreaterThan(60)
    })
  })
}
