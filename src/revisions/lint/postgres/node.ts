/** Looking into the parser's tree. */
import type { DefElem, Node, RangeVar } from 'libpg-query'
import type { ObjectName } from '../../../core/schema.ts'

type KindOf<N> = N extends unknown ? keyof N : never
/** Names of all kinds of nodes. */
export type Kind = KindOf<Node>
/** What a node of this kind holds. */
export type Of<K extends Kind> = Extract<Node, { readonly [k in K]: unknown }>[K]

/** The content of a node where it is of this kind. */
export function as<K extends Kind>(node: Node | undefined, kind: K): Of<K> | undefined {
  return (node as { readonly [k in K]?: Of<K> } | undefined)?.[kind]
}

/** Text of a list of names: `a.b` → ['a', 'b']. */
export function namesOf(list: readonly Node[] | undefined): string[] {
  return (list ?? []).flatMap((n) => as(n, 'String')?.sval ?? [])
}

/** A name as lists of names spell it; a database before the schema is left out. */
export function objectName(names: readonly string[]): ObjectName {
  const [name = '', schema] = names.toReversed()
  return schema === undefined ? { name } : { schema, name }
}

/** The name of a table in a statement. */
export function tableName(range: RangeVar | undefined): ObjectName {
  const { schemaname, relname = '' } = range ?? {}
  return schemaname === undefined ? { name: relname } : { schema: schemaname, name: relname }
}

/** `schema.name`, for people. */
export function shown({ schema, name }: ObjectName): string {
  return schema === undefined ? name : `${schema}.${name}`
}

/** One text a table: without a schema a name means what search_path finds, which for new tables is public. */
export function tableKey({ schema, name }: ObjectName): string {
  return JSON.stringify([schema ?? 'public', name])
}

/** One text a column or constraint of a table. */
export function memberKey(table: ObjectName, name: string): string {
  return `${tableKey(table)}.${name}`
}

/** The option of a list of options, whatever its value. */
export function optionOf(options: readonly Node[] | undefined, name: string): DefElem | undefined {
  return options?.map((o) => as(o, 'DefElem')).find((o) => o?.defname === name)
}
