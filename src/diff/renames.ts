/** `old=new`, as people say it → what was renamed. A line that fits nothing is a mistake, not a wish. */
import { NaruError } from '../core/error.ts'
import { displayName, type ObjectName, type Schema, stepName } from '../core/schema.ts'
import type { Rename } from './rename-map.ts'

interface Entry {
  readonly name: ObjectName
  /** Columns of a table, labels of an enum. */
  readonly inner: readonly string[]
  readonly isTable: boolean
}

function entriesOf(schema: Schema): Entry[] {
  const tables = schema.tables.map((t) => ({ name: t.name, inner: t.columns.map((c) => c.name), isTable: true }))
  const others = schema.others
    .filter((o) => o.table === undefined)
    .map((o) => ({ name: o.name, inner: o.kind === 'enum' ? (o.values ?? []) : [], isTable: false }))
  return [...tables, ...others]
}

/** By its whole name; without a schema that of `public` comes first. */
const find = (all: readonly Entry[], text: string): Entry | undefined =>
  all.find((e) => displayName(e.name) === text) ??
  all.find((e) => stepName(e.name) === text) ??
  all.find((e) => e.name.name === text)

/** Both halves of a text at each place where `mark` stands. */
function cuts(text: string, mark: string): [string, string][] {
  const found: [string, string][] = []
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
    if (at > 0 && at + 1 < text.length) found.push([text.slice(0, at).trim(), text.slice(at + 1).trim()])
  }
  return found
}

interface Sides {
  readonly from: readonly Entry[]
  readonly to: readonly Entry[]
}

/** A whole table or object. */
function wholeRename({ from, to }: Sides, old: string, now: string): Rename | null {
  const before = find(from, old)
  if (before === undefined) return null
  // Both halves may be of schemas that are told in other ways; within several a new name is one of the same schema.
  const beside = to.filter((e) => e.name.schema === before.name.schema)
  const after = find(beside, now) ?? find(to, now)
  if (after === undefined || before.isTable !== after.isTable) return null
  return { table: before.name, to: after.name.name }
}

/** A column or label; its table may be named as it was or as it is going to be called. */
function innerRename(sides: Sides, tables: readonly Rename[], old: string, now: string): Rename | null {
  for (const [home, name] of cuts(old, '.')) {
    const known = tables.find((r) => r.to === home)
    const before = find(sides.from, known === undefined ? home : displayName(known.table))
    if (before === undefined || !before.inner.includes(name)) continue
    const renamed = tables.find((r) => displayName(r.table) === displayName(before.name))
    const after = find(sides.to, displayName({ ...before.name, name: renamed?.to ?? before.name.name }))
    const words = [now, ...cuts(now, '.').flatMap(([h, n]) => (after !== undefined && find([after], h) ? [n] : []))]
    const to = words.find((word) => after?.inner.includes(word))
    if (to === undefined) continue
    return before.isTable ? { table: before.name, column: name, to } : { table: before.name, value: name, to }
  }
  return null
}

function refused(text: string): NaruError {
  const form = text.includes('=')
    ? 'FROM has no such table, table.column or enum.label, or TO has none by the new name'
    : 'it holds no ='
  return new NaruError('USAGE', `--rename ${text}: nothing fits`, {
    why: form,
    hint: 'Write --rename old_table=new_table, --rename table.old_column=new_column, or --rename enum.old_label=new_label.',
    state: 'nothing was changed',
  })
}

/** What the lines mean in these two schemas: tables first, then what is inside them. Throws USAGE for a line that fits nothing. */
export function resolveRenames(texts: readonly string[], from: Schema, to: Schema): Rename[] {
  const sides = { from: entriesOf(from), to: entriesOf(to) }
  const first = <T>(text: string, attempt: (old: string, now: string) => T | null): T | null => {
    for (const [old, now] of cuts(text, '=')) {
      const found = attempt(old, now)
      if (found !== null) return found
    }
    return null
  }
  const whole = texts.map((text) => ({ text, rename: first(text, (old, now) => wholeRename(sides, old, now)) }))
  const tables = whole.flatMap((w) => w.rename ?? [])
  const inner = whole
    .filter((w) => w.rename === null)
    .map(({ text }) => {
      const found = first(text, (old, now) => innerRename(sides, tables, old, now))
      if (found === null) throw refused(text)
      return found
    })
  return [...tables, ...inner]
}
