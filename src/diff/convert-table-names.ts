/** Names of tables and columns on the target: the user's, else the source's; those that cannot be kept are raised. */
import type { Capabilities } from '../core/capabilities.ts'
import { type Column, displayName, type ObjectName, type Table } from '../core/schema.ts'
import { type ConvertInput, type Issue, labelOf, type TableNames } from './convert-context.ts'
import { foldedName, nameFits, nameLength, plainName, shortName } from './convert-names.ts'
import type { Traits } from './convert-traits.ts'

/** Names by displayName of the source table. */
export function tableNames(input: ConvertInput, to: Traits, raise: (issue: Issue) => void): Map<string, TableNames> {
  const names = new Map<string, TableNames>()
  const spaces = new Map<string, Map<string, string>>()
  for (const table of input.tables) {
    const wanted = wantedName(input, table)
    const used = spaces.get(wanted.schema ?? '') ?? new Map<string, string>()
    spaces.set(wanted.schema ?? '', used)
    const label = labelOf(input, table.name)
    const name = claim({ can: input.can, to, used, table: label, column: null, raise }, wanted.name)
    names.set(displayName(table.name), { table: { ...wanted, name }, columns: columnNames(input, to, table, raise) })
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
  const can = { ...input.can, foldsNames: input.can.foldsNames || to.foldsColumns }
  const label = labelOf(input, table.name)
  const name = (column: Column) =>
    claim(
      { can, to, used, table: label, column: column.name, raise },
      input.choices.columnName(table, column) ?? column.name,
    )
  return new Map(table.columns.map((column) => [column.name, name(column)]))
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

interface Claim {
  readonly can: Capabilities
  readonly to: Traits
  /** Folded name → its owner in the source. */
  readonly used: Map<string, string>
  readonly table: string
  readonly column: string | null
  raise(issue: Issue): void
}

/** The name if the target takes it and it is free; else one that is taken, with an issue raised. */
function claim(c: Claim, wanted: string): string {
  const plain = c.to.plainNames ? plainName(wanted) : wanted
  let name = shortName(plain, c.can)
  if (plain !== wanted) tell(c, 'NAME_CHARACTERS', wanted, name, `holds characters that ${c.to.title} does not take`)
  if (!nameFits(plain, c.can)) {
    const { identifierUnit: unit, identifierLimit: limit } = c.can
    tell(c, 'NAME_LENGTH', wanted, name, `is ${nameLength(plain, c.can)} ${unit} long, ${c.to.title} keeps ${limit}`)
  }
  const owner = c.used.get(foldedName(name, c.can))
  if (owner !== undefined) {
    const first = name
    for (let n = 2; c.used.has(foldedName(name, c.can)); n++) name = shortName(`${first}_${n}`, c.can)
    const why = `is that of ${owner}${c.can.foldsNames ? ' there, where case does not count' : ''}`
    tell(c, 'NAME_COLLISION', wanted, name, why)
  }
  c.used.set(foldedName(name, c.can), c.column ?? c.table)
  return name
}

function tell(c: Claim, code: Issue['code'], wanted: string, became: string, why: string): void {
  const what = c.column === null ? 'table' : 'column'
  const path = c.column === null ? c.table : `${c.table}.${c.column}`
  c.raise({
    code,
    table: c.table,
    column: c.column,
    message: `the name of the ${what} ${wanted} ${why}: it would become ${became}`,
    ways: [`--rename '${path}=NEW_NAME'`],
  })
}
