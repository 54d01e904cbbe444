/** Types, sequences and extensions that converted tables need on the target. */
import { displayName, type ObjectName, type OtherObject, type Table } from '../core/schema.ts'
import type { ConvertContext } from './convert-context.ts'
import { EXTENSION_TYPES } from './convert-flavor.ts'
import type { ConvertedTable } from './convert-table.ts'

const TYPE_KINDS: ReadonlySet<OtherObject['kind']> = new Set([
  'enum',
  'domain',
  'composite type',
  'range type',
  'collation',
  'sequence',
])

/** What must be made before the tables; what the target has already is not among it. */
export function neededTypes(c: ConvertContext, tables: readonly ConvertedTable[]): OtherObject[] {
  const there = new Map(c.target.others.map((o) => [`${o.kind} ${displayName(o.name)}`, o]))
  const wanted = [
    ...extensions(c, tables),
    ...(c.sameEngine ? sourceTypes(c, tables) : []),
    ...(c.sameEngine ? routines(c, tables) : []),
    ...enums(tables),
  ]
  const seen = new Set<string>()
  return wanted.filter((o) => {
    const key = `${o.kind} ${displayName(o.name)}`
    if (there.has(key) || seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** Enums that rendering gave a name. */
function enums(tables: readonly ConvertedTable[]): OtherObject[] {
  return tables.flatMap(({ columns }) =>
    columns.flatMap(({ decision }) => {
      const { logical } = decision.type
      if (logical.kind !== 'enum' || logical.name === undefined || decision.rule !== 'default') return []
      return [{ kind: 'enum' as const, name: logical.name, definition: '', values: logical.values }]
    }),
  )
}

/** Whether all of a schema comes along under its names: then also what no table uses. */
function wholly(c: ConvertContext): boolean {
  return c.tables.length === c.source.tables.length && c.source.name === c.target.name
}

/** Routines that tables call, and those that these call: they must be there before the tables. */
function routines(c: ConvertContext, tables: readonly ConvertedTable[]): OtherObject[] {
  if (c.source.name !== c.target.name) return []
  const all = c.source.others.filter((o) => o.kind === 'function' || o.kind === 'aggregate')
  const called = (uses: OtherObject['uses']) =>
    new Set(uses?.flatMap((u) => (u.kind === 'function' ? [displayName(u.name)] : [])))
  const found = new Set<OtherObject>()
  const take = (names: ReadonlySet<string>) => {
    for (const o of all) {
      if (found.has(o) || !names.has(displayName(o.name))) continue
      take(called(o.uses))
      found.add(o)
    }
  }
  for (const t of tables) take(called(t.source.uses))
  return [...found]
}

/** Types of the source that the tables mention, and those that these mention. */
function sourceTypes(c: ConvertContext, tables: readonly ConvertedTable[]): OtherObject[] {
  const types = c.source.others.filter((o) => TYPE_KINDS.has(o.kind))
  if (wholly(c)) return types.map((t) => ({ ...t, name: moved(c, t.name) }))
  let text = tables.map((t) => mentions(t.source)).join('\n')
  const found = new Set<OtherObject>()
  for (let grown = true; grown; ) {
    grown = false
    for (const type of types) {
      if (found.has(type) || !mentioned(text, type.name)) continue
      found.add(type)
      text += `\n${type.definition}`
      grown = true
    }
  }
  return types.filter((t) => found.has(t)).map((t) => ({ ...t, name: moved(c, t.name) }))
}

function mentions(table: Table): string {
  const columns = table.columns.map(
    (k) => `${k.type.native} ${k.default?.kind === 'expression' ? k.default.sql : ''} ${k.generated?.expression ?? ''}`,
  )
  return [...columns, ...table.checks.map((k) => k.expression), ...table.indexes.map((i) => i.definition ?? '')].join(
    '\n',
  )
}

function mentioned(text: string, name: ObjectName): boolean {
  const escaped = name.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(^|[^\\p{L}\\p{N}_])${escaped}($|[^\\p{L}\\p{N}_])`, 'u').test(text)
}

/** The source's default schema becomes the target's. */
function moved(c: ConvertContext, name: ObjectName): ObjectName {
  return name.schema === c.source.name && c.can.schemas ? { ...name, schema: c.target.name } : name
}

/** Extensions whose types the tables use and the target can make. */
function extensions(c: ConvertContext, tables: readonly ConvertedTable[]): OtherObject[] {
  if (c.to.grammar !== 'postgres') return []
  if (c.sameEngine && wholly(c))
    return c.source.others.filter((o) => o.kind === 'extension' && c.can.extensions.includes(o.name.name))
  const natives = tables.flatMap((t) => t.target.columns.map((k) => k.type.native))
  return Object.keys(EXTENSION_TYPES)
    .filter((name) => c.can.extensions.includes(name) && natives.some((n) => EXTENSION_TYPES[name].test(n)))
    .map((name) => ({
      kind: 'extension' as const,
      name: { name },
      definition: `CREATE EXTENSION IF NOT EXISTS ${name}`,
    }))
}
