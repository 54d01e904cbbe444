/** CHECKs: translated where every word of them is known, left otherwise; and the checks that stand for types the target lacks. */
import type { Check, Table } from '../core/schema.ts'
import { renamed } from './convert-columns.ts'
import { type ConvertContext, commented, labelOf, targetColumn, targetTable, typeOf } from './convert-context.ts'
import { translator } from './convert-translate.ts'

/** The checks of a table on the target. */
export function convertChecks(c: ConvertContext, table: Table): Check[] {
  if (c.to.grammar === null) return []
  const exact = c.sameEngine && !renamed(c, table)
  const own = exact ? [...table.checks] : table.checks.flatMap((check, i) => convertCheck(c, table, check, i) ?? [])
  return [...own, ...typeChecks(c, table)]
}

function convertCheck(c: ConvertContext, table: Table, check: Check, position: number): Check | null {
  const name =
    check.name || `${targetTable(c, table.name)?.name ?? table.name.name}_check${position === 0 ? '' : position}`
  const report = { kind: 'CHECK', name, table: labelOf(c, table.name) }
  const translated = translator(c, table, { immutable: false }).condition(check.expression)
  if (!translated.ok) {
    const at = c.targetDialect.table(targetTable(c, table.name) ?? table.name)
    const stub = `${commented(`in the source: CHECK (${check.expression})`)}\n-- ALTER TABLE ${at} ADD CONSTRAINT ${c.targetDialect.quote(name)} CHECK (…);`
    c.report({ ...report, outcome: 'left', why: translated.why, stub })
    return null
  }
  if (translated.sql === 'true') {
    c.report({ ...report, outcome: 'converted', why: "the column's type holds it" })
    return null
  }
  const outcome = translated.notes.length > 0 ? 'approximated' : 'converted'
  c.report({ ...report, outcome, why: translated.notes.join('; ') || 'its expression is carried' })
  const made = { name: c.objectNames.constraint(table, name), expression: translated.sql }
  return check.notValid && c.to.grammar === 'postgres' ? { ...made, notValid: true } : made
}

/** SET as an array keeps to its members, an enum as text to its labels. */
function typeChecks(c: ConvertContext, table: Table): Check[] {
  return table.columns.flatMap((column) => {
    const decision = typeOf(c, table.name, column.name)
    if (decision.rule === 'same') return []
    const target = targetColumn(c, table.name, column.name)
    const expression = typeCheck(c, column.type.logical, decision.type.logical.kind, c.targetDialect.quote(target))
    if (expression === null) return []
    const wanted = `${targetTable(c, table.name)?.name ?? table.name.name}_${target}_check`
    return [{ name: c.objectNames.constraint(table, wanted), expression }]
  })
}

function typeCheck(
  c: ConvertContext,
  source: Table['columns'][number]['type']['logical'],
  target: string,
  quoted: string,
): string | null {
  if (source.kind !== 'set' && source.kind !== 'enum') return null
  const values = source.values.map((v) => c.targetDialect.literal(v)).join(', ')
  if (source.kind === 'set' && target === 'array' && c.to.grammar === 'postgres')
    return `${quoted} <@ ARRAY[${values}]::text[]`
  if (source.kind === 'enum' && target === 'enum' && !c.can.enums && source.values.length > 0)
    return `${quoted} IN (${values})`
  return null
}
