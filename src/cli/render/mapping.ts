/** Mappings on the terminal: which source column goes where, what is not taken, what the database fills. */
import { printable } from '../../app/format.ts'
import type { CopyPlan, MappingView } from '../../core/plan.ts'
import type { Style } from './style.ts'
import { textTable } from './table.ts'
import { wrap } from './width.ts'

/** Sections of a plan of transfers; none for a plain copy. */
export function mappingLines(plan: CopyPlan, s: Style): string[] {
  return (plan.mappings ?? []).flatMap((m) => mapping(m, s))
}

function mapping(m: MappingView, s: Style): string[] {
  const head = `\n${s.bold(printable(m.transfer))}${s.dim(`  ${printable(m.from)} → ${printable(m.to)}, ${m.write}`)}`
  const rows = m.columns.map((c) => [printable(c.target), '←', printable(c.says)])
  const columns = [{ title: '' }, { title: '' }, { title: '', flex: true }]
  const filled = m.filled.map((f) => `${f.column} (${f.by})`).join(', ')
  return [
    head,
    ...textTable({ columns, rows, head: false }, s),
    ...note('not taken', m.left.join(', '), s),
    ...note('filled by the database', filled, s),
  ]
}

function note(what: string, names: string, s: Style): string[] {
  if (names === '') return []
  return wrap(`${what}: ${printable(names)}`, s.width - 4).map((line) => s.dim(`  ${line}`))
}
