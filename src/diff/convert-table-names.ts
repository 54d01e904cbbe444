/** Names of tables and columns on the target: the user's, else the source's; too long or colliding ones are raised. */
import { type Column, displayName, type ObjectName, type Table } from '../core/schema.ts'
import { type ConvertInput, type Issue, labelOf, type TableNames } from './convert-context.ts'
import { foldedName, nameFits, nameLength, shortName } from './convert-names.ts'
import type { Traits } from './convert-traits.ts'

/** Names by displayName of the source table. */
export function tableNames(input: ConvertInput, to: Traits, raise: (issue: Issue) => void): Map<string, TableNames> {
  const names = new Map<string, TableNames>()
  const used = new Map<string, string>()
  for (const table of input.tables) {
    const wanted = wantedName(input, table)
    const label = labelOf(input, table.name)
    const unique = claim(input, used, `${wanted.schema ?? ''}\0`, wanted.name, label, (code, became) =>
      raise(issue(input, to, code, label, null, wanted.name, became, used)),
    )
    names.set(displayName(table.name), {
      table: { ...wanted, name: unique },
      columns: columnNames(input, to, table, raise),
    })
  }
  return names
}

function columnNames(
  input: ConvertInput,
  to: Traits,
  table: Table,
  raise: (issue: Issue) => void,
): Map<string, string> {
  const used = new Map<string, string>()
  const label = labelOf(input, table.name)
  const within = { ...input, can: { ...input.can, foldsNames: input.can.foldsNames || to.foldsColumns } }
  const name = (column: Column): string => {
    const wanted = input.choices.columnName(table, column) ?? column.name
    return claim(within, used, '', wanted, column.name, (code, became) =>
      raise(issue(within, to, code, label, column.name, wanted, became, used)),
    )
  }
  return new Map(table.columns.map((column) => [column.name, name(column)]))
}

/** The name if it fits and is free; else a shortened or numbered one, raised. */
function claim(
  input: ConvertInput,
  used: Map<string, string>,
  space: string,
  wanted: string,
  owner: string,
  trouble: (code: Issue['code'], became: string) => void,
): string {
  let name = shortName(wanted, input.can)
  if (!nameFits(wanted, input.can)) trouble('NAME_LENGTH', name)
  const key = (n: string) => space + foldedName(n, input.can)
  if (used.has(key(name))) {
    const first = name
    for (let n = 2; used.has(key(name)); n++) name = shortName(`${first}_${n}`, input.can)
    trouble('NAME_COLLISION', name)
  }
  used.set(key(name), owner)
  return name
}

/** PostgreSQL's schemas: the default one becomes the target's default one, others keep their name or stand before the table's. */
function wantedName(input: ConvertInput, table: Table): ObjectName {
  const chosen = input.choices.tableName(table)
  const { schema, name } = table.name
  const own = schema !== undefined && schema !== input.source.name ? schema : undefined
  if (!input.can.schemas) return { name: chosen ?? (own === undefined ? name : `${own}_${name}`) }
  const dot = chosen?.indexOf('.') ?? -1
  if (chosen !== undefined && dot > 0) return { schema: chosen.slice(0, dot), name: chosen.slice(dot + 1) }
  return { schema: own ?? input.target.name, name: chosen ?? name }
}

function issue(
  input: ConvertInput,
  to: Traits,
  code: Issue['code'],
  table: string,
  column: string | null,
  wanted: string,
  became: string,
  used: ReadonlyMap<string, string>,
): Issue {
  const what = column === null ? 'table' : 'column'
  const path = column === null ? table : `${table}.${column}`
  const other = used.get(foldedName(wanted, input.can))
  const why =
    code === 'NAME_LENGTH'
      ? `is ${nameLength(wanted, input.can)} ${input.can.identifierUnit} long, ${to.title} keeps ${input.can.identifierLimit}`
      : `is the same name as ${other === undefined ? 'that of another one' : other} there, where case does not count`
  return {
    code,
    table,
    column,
    message: `the name of the ${what} ${wanted} ${why}: it would become ${became}`,
    ways: [`--rename '${path}=NEW_NAME'`],
  }
}
