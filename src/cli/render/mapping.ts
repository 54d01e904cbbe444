/** Mappings on the terminal: which source column goes where, what is not taken, what the database fills. */
import { plural, printable } from '../../app/format.ts'
import { fileCounts } from '../../app/report/mapping-sections.ts'
import type { CopyPlan, MappingView, PlannedFiles } from '../../core/plan.ts'
import type { Style } from './style.ts'
import { textTable } from './table.ts'
import { wrap } from './width.ts'

/** Sections of a plan of transfers; none for a plain copy. */
export function mappingLines(plan: CopyPlan, s: Style): string[] {
  const files = (plan.files ?? []).flatMap((f) => wrap(filesLine(f), s.width - 2).map((line) => `  ${line}`))
  const head = files.length === 0 ? [] : [`\n${s.bold('Files')}`]
  return [...(plan.mappings ?? []).flatMap((m) => mapping(m, s)), ...head, ...files]
}

/** `images  goods.img_url: 61 addresses of 60 files, 40 moved already, 19 to fetch, 1 missing` */
function filesLine(f: PlannedFiles): string {
  const all = `${f.more ? 'more than ' : ''}${plural(f.addresses, 'address', 'addresses')} of ${plural(f.files, 'file')}`
  const { done, fetch, rest } = fileCounts(f)
  return printable(
    [`${f.store}  ${f.columns.join(', ')}: ${all}`, `${done} moved already`, `${fetch} to fetch`, ...rest].join(', '),
  )
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
