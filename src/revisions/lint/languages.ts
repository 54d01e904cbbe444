/** The languages of lint, each loaded when it is first needed. */
import type { LintEngine, LintRuleInfo } from '../../core/lint.ts'
import { FRAME_RULES } from './frame-rules.ts'
import type { LintLanguage } from './rule.ts'

const LANGUAGES: Readonly<Record<LintEngine, () => Promise<{ readonly language: LintLanguage<unknown> }>>> = {
  postgres: async () => {
    const found = await import('./postgres/index.ts')
    await found.ready()
    return found
  },
  mysql: () => import('./mysql/index.ts'),
  sqlite: () => import('./sqlite/index.ts'),
}

/** Rules and reader of an engine, ready to be used. */
export async function languageOf(engine: LintEngine): Promise<LintLanguage<unknown>> {
  return (await LANGUAGES[engine]()).language
}

const about = ({ code, engines, severity, title, why, safe, fixable, bySize }: LintRuleInfo): LintRuleInfo => ({
  code,
  engines,
  severity,
  title,
  why,
  safe,
  fixable,
  ...(bySize === true && { bySize }),
})

/** What the rules say of themselves: those of one engine, or of all; a code that several engines have stands once for each. */
export async function lintRules(engine?: LintEngine): Promise<readonly LintRuleInfo[]> {
  const engines = engine === undefined ? (Object.keys(LANGUAGES) as LintEngine[]) : [engine]
  const languages = await Promise.all(engines.map(languageOf))
  return [...FRAME_RULES, ...languages.flatMap((l) => l.rules)].map(about)
}
