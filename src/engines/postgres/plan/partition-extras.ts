/** What a partition has of its own beside its bounds: constraints, indexes, defaults, comments. Inspected as the statements that make them. */
import type { Hazard, Step } from '../../../core/change.ts'
import { displayName, type OtherObject } from '../../../core/schema.ts'
import { qualified } from '../names.ts'
import { details } from './object-details.ts'
import { labelOf, step } from './reference.ts'

const NAME = String.raw`(?:"(?:[^"]|"")+"|[^\s"]+)`
const FORMS = {
  constraint: new RegExp(String.raw`^ALTER TABLE \S.*? ADD CONSTRAINT (${NAME}) `),
  index: new RegExp(`^CREATE (?:UNIQUE )?INDEX (${NAME}) ON `),
  default: new RegExp(String.raw`^ALTER TABLE ONLY \S.*? ALTER COLUMN (${NAME}) SET DEFAULT `),
  comment: /^(COMMENT ON COLUMN .*?) IS +E?'/,
  grant: /^GRANT ([A-Z]+ \(.*) TO /,
  security: /^ALTER TABLE \S.*? (ENABLE) ROW LEVEL SECURITY$/,
} as const

interface Extra {
  readonly form: keyof typeof FORMS
  readonly name: string
  readonly sql: string
}

/** The statements; null where one is of a form that is not known here. */
function extrasOf(o: OtherObject): Extra[] | null {
  const texts = (details(o, 'extras') ?? '').split(/;\n(?=ALTER TABLE |CREATE |COMMENT ON COLUMN |GRANT )/)
  const found: Extra[] = []
  for (const sql of texts.map((t) => t.replace(/^;\n/, '')).filter((t) => t !== '')) {
    const form = (Object.keys(FORMS) as Extra['form'][]).find((f) => FORMS[f].test(sql))
    if (form === undefined) return null
    found.push({ form, name: FORMS[form].exec(sql)?.[1] ?? '', sql })
  }
  return found
}

/** What takes it away; null where only the parent knows what comes instead. */
function undone(o: OtherObject, e: Extra): string | null {
  const table = qualified(o.name)
  switch (e.form) {
    case 'constraint':
      return `ALTER TABLE ${table} DROP CONSTRAINT ${e.name}`
    case 'index':
      return `DROP INDEX ${qualified({ ...o.name, name: 'x' }).replace(/"x"$/, e.name)}`
    case 'comment':
      return `${e.name} IS NULL`
    case 'grant':
      return e.sql.replace(/^GRANT (.*) TO (.*?)(?: WITH GRANT OPTION)?$/s, 'REVOKE $1 FROM $2')
    case 'security':
      return `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`
    case 'default':
      return null
  }
}

function hazards(o: OtherObject, { form, name }: Extra): Hazard[] {
  const table = displayName(o.name)
  if (form === 'index')
    return [{ kind: 'blocking', what: `nobody writes ${table} while ${name} is built`, table: o.name }]
  if (form !== 'constraint') return []
  return [{ kind: 'may-fail', what: `${name} must hold for all rows of ${table}`, table: o.name }]
}

/** The way from one partition's own things to another's; null where there is none. */
export function extraSteps(from: OtherObject, to: OtherObject): Step[] | null {
  const [before, after] = [extrasOf(from), extrasOf(to)]
  if (before === null || after === null) return null
  const has = (all: readonly Extra[], e: Extra) => all.some((other) => other.sql === e.sql)
  const gone = before.filter((e) => !has(after, e))
  const come = after.filter((e) => !has(before, e))
  const replaced = (e: Extra) => e.form === 'default' && come.some((c) => c.form === 'default' && c.name === e.name)
  const drops = gone.filter((e) => !replaced(e)).map((e) => undone(to, e))
  if (drops.some((sql) => sql === null)) return null
  return [
    ...drops.map((sql) => step(sql!, 'the partition has it no more', labelOf(to))),
    ...come.map((e) => step(e.sql, 'of this partition alone', labelOf(to), { hazards: hazards(to, e) })),
  ]
}
