/** Names of indexes and constraints: kept where they can be, with the table's name in front where two objects want the same one. */
import type { Index, KeyConstraint, ObjectName, Table } from '../core/schema.ts'
import { displayName } from '../core/schema.ts'
import type { ConvertInput, ObjectNames, TableNames } from './convert-context.ts'
import { contestedNames, foldedName, type NameSpace, nameSpace, plainName } from './convert-names.ts'
import type { Traits } from './convert-traits.ts'

/** A key's own name, or the one that PostgreSQL would give: MySQL calls every primary key PRIMARY, SQLite names few. */
export function keyName(table: ObjectName, key: KeyConstraint, suffix: 'pkey' | 'key'): string {
  if (key.name !== '' && key.name !== 'PRIMARY' && !key.name.startsWith('sqlite_')) return key.name
  return suffix === 'pkey' ? `${table.name}_pkey` : `${table.name}_${key.columns.join('_')}_key`
}

/** An index's own name, or one made of table and columns. */
export function indexName(table: ObjectName, index: Pick<Index, 'name' | 'parts'>): string {
  if (index.name !== '' && !index.name.startsWith('sqlite_')) return index.name
  return `${table.name}_${index.parts.map((p) => p.column ?? 'expr').join('_')}_idx`
}

/** Name spaces as the target has them: a schema's or a table's. */
export function objectNames(input: ConvertInput, to: Traits, names: ReadonlyMap<string, TableNames>): ObjectNames {
  const targetOf = (t: Table) => names.get(displayName(t.name))?.table ?? t.name
  const bySchema = Map.groupBy(input.tables, (t) => targetOf(t).schema)
  const wide = (schema: string | undefined) => (bySchema.get(schema) ?? []).flatMap((t) => indexNamesOf(t, targetOf(t)))
  const narrow = input.tables.flatMap((t) => [...t.foreignKeys, ...t.checks].map((o) => o.name))
  const can = { ...input.can, foldsNames: input.can.foldsNames || to.foldsColumns }
  const contestedConstraints = contestedNames(narrow, can)
  const spaces = new Map<string, NameSpace>()
  const space = (key: string, taken: () => string[], contested: () => ReadonlySet<string>): NameSpace => {
    const known = spaces.get(key)
    if (known !== undefined) return known
    const made = nameSpace(can, taken(), contested())
    spaces.set(key, made)
    return made
  }
  const none = () => new Set<string>()
  const taking = (name: string) => (to.plainNames ? plainName(name) : name)
  return {
    index(table, name) {
      const wanted = taking(name)
      const target = targetOf(table)
      if (to.indexNames === 'table')
        return space(`i ${displayName(target)}`, () => [], none).claim(wanted, `${wanted}_2`)
      const taken = () => relationNames(input, names, target.schema)
      const contested = () => contestedNames(wide(target.schema), can)
      return space(`i ${target.schema}`, taken, contested).claim(wanted, `${target.name}_${wanted}`)
    },
    constraint(table, name) {
      const wanted = taking(name)
      const target = targetOf(table)
      if (to.constraintNames === 'table')
        return space(`c ${displayName(target)}`, () => [], none).claim(wanted, `${wanted}_2`)
      const taken = () => input.target.tables.flatMap((t) => [...t.foreignKeys, ...t.checks].map((o) => o.name))
      return space('c', taken, () => contestedConstraints).claim(wanted, `${target.name}_${wanted}`)
    },
  }
}

function indexNamesOf(table: Table, target: ObjectName): string[] {
  return [
    ...(table.primaryKey ? [keyName(target, table.primaryKey, 'pkey')] : []),
    ...table.uniques.map((u) => keyName(target, u, 'key')),
    ...table.indexes.map((i) => indexName(target, i)),
  ]
}

/** Tables share a name space with indexes; tables of this copy that are there already are replaced, their indexes with them. */
function relationNames(
  input: ConvertInput,
  names: ReadonlyMap<string, TableNames>,
  schema: string | undefined,
): string[] {
  const mine = [...names.values()].map((n) => n.table).filter((n) => n.schema === schema)
  const replaced = new Set(mine.map((n) => foldedName(n.name, input.can)))
  const others = input.target.tables.filter(
    (t) => t.name.schema === schema && !replaced.has(foldedName(t.name.name, input.can)),
  )
  return [...mine.map((n) => n.name), ...others.flatMap((t) => [t.name.name, ...indexNamesOf(t, t.name)])]
}
