/**
 * Tables that a script makes anew without losing a row: renamed away with old references left alone, made under the old name, filled from the old
 * rows, counted, and only then dropped. So naru itself writes it; each statement alone looks like a hazard that the whole is not.
 */
import { shown } from '../text/edit.ts'
import type { Statement } from '../text/known.ts'
import { unquoted } from '../text/token.ts'

/** Places of its statements in the script. */
interface Rebuild {
  readonly rename: number
  readonly create: number
  readonly copy: number
  readonly drop: number
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

function names(statement: Statement, ...wanted: readonly string[]): boolean {
  const tokens = statement.tokens().map(unquoted)
  return wanted.every((name) => tokens.some((t) => same(t, name)))
}

const isPragma = (statement: Statement | undefined, name: string, value: string): boolean =>
  statement?.act.kind === 'pragma' && statement.act.name === name && statement.act.value === value

/** Whether a statement fails unless as many rows are in one table as in the other: a check of a temporary table takes their comparison. */
function counts(statement: Statement, table: string, old: string): boolean {
  const { act } = statement
  if (act.kind !== 'insert' || !act.select || act.table?.name.schema?.toLowerCase() !== 'temp') return false
  return names(statement, table, old, 'count') && statement.tokens().some((t) => t.text === '=')
}

function rebuildAt(statements: readonly Statement[], rename: number): Rebuild | null {
  const { act } = statements[rename]
  const to = act.kind === 'alter-table' ? act.clauses.find((c) => c.kind === 'rename-table') : undefined
  if (act.kind !== 'alter-table' || to === undefined) return null
  const [table, old] = [shown(act.table.name), shown(to.to.name)]
  const after = (from: number, is: (s: Statement) => boolean) => statements.findIndex((s, i) => i > from && is(s))
  const create = after(rename, ({ act: a }) => a.kind === 'create-table' && same(shown(a.table.name), table))
  const copy = after(create, (s) => {
    const filled = s.act.kind === 'insert' && s.act.select && s.act.how === 'plain' ? s.act.table : null
    return filled !== null && same(shown(filled.name), table) && names(s, old) && !names(s, 'where')
  })
  const counted = after(copy, (s) => counts(s, table, old))
  const drop = after(
    counted,
    ({ act: a }) => a.kind === 'drop-table' && a.tables.length === 1 && same(shown(a.tables[0].name), old),
  )
  return [create, copy, counted, drop].includes(-1) ? null : { rename, create, copy, drop }
}

const known = new WeakMap<readonly Statement[], readonly Rebuild[]>()

function rebuildsOf(statements: readonly Statement[]): readonly Rebuild[] {
  const found = known.get(statements) ?? statements.flatMap((_, i) => rebuildAt(statements, i) ?? [])
  known.set(statements, found)
  return found
}

interface Place {
  readonly statements: readonly Statement[]
  readonly index: number
}

/** Whether the statement renames the old table away, or drops it at the end. */
export function isPartOfRebuild({ statements, index }: Place): boolean {
  return rebuildsOf(statements).some((r) => r.rename === index || r.drop === index)
}

/** Whether the old way of renaming is switched on for the renaming alone, so that what refers to the table refers to the new one. */
export function isForRebuild({ statements, index }: Place): boolean {
  const rename = rebuildsOf(statements).some((r) => r.rename === index + 1)
  return rename && isPragma(statements[index + 2], 'legacy_alter_table', '0')
}

/** Whether rows could come or go between a setting and its end but those that are carried from an old table to the new one. */
function writes(statements: readonly Statement[], index: number): boolean {
  const { act, known: before } = statements[index]
  const aside = (name: { readonly schema?: string; readonly name: string }) =>
    name.schema?.toLowerCase() === 'temp' ||
    name.name.toLowerCase() === 'sqlite_sequence' ||
    before.tables.get(`.${name.name}`.toLowerCase())?.temporary === true
  switch (act.kind) {
    case 'insert':
    case 'update':
    case 'delete':
      return !(act.table !== null && aside(act.table.name)) && !rebuildsOf(statements).some((r) => r.copy === index)
    case 'drop-table':
      return !act.tables.every((t) => aside(t.name)) && !isPartOfRebuild({ statements, index })
    default:
      return act.kind === 'other'
  }
}

/** Whether nothing but rebuilds happens while foreign keys are off from this statement on: no row loses its counterpart then. */
export function onlyRebuilds({ statements, index }: Place): boolean {
  const end = statements.findIndex((s, i) => i > index && isPragma(s, 'foreign_keys', '1'))
  if (end < 0 || rebuildsOf(statements).length === 0) return false
  return !statements.some((_, i) => i > index && i < end && writes(statements, i))
}
