/** A Drizzle table → the model. */
import type {
  Check,
  ForeignKey,
  Index,
  IndexPart,
  KeyConstraint,
  ObjectName,
  OtherObject,
  ReferentialAction,
  Table,
} from '../core/schema.ts'
import { type ReadContext, readColumn } from './drizzle-read-column.ts'
import {
  type DrizzleForeignKey,
  type DrizzleIndex,
  type DrizzleKey,
  type DrizzlePolicy,
  type DrizzleTableConfig,
  isSql,
} from './drizzle-shape.ts'

function nameOf(config: { readonly name: string; readonly schema?: string }, c: ReadContext): ObjectName {
  const schema = config.schema ?? c.home
  return schema === undefined ? { name: config.name } : { schema, name: config.name }
}

function primaryKey(t: DrizzleTableConfig, c: ReadContext): KeyConstraint | undefined {
  const own = t.columns.filter((column) => column.primary).map((column) => column.name)
  const [said] = t.primaryKeys
  const columns = said === undefined ? own : said.columns.map((column) => column.name)
  if (columns.length === 0) return undefined
  const usual = c.dialect === 'mysql' ? 'PRIMARY' : `${t.name}_pkey`
  return { name: c.dialect === 'mysql' ? usual : (said?.name ?? usual), columns }
}

function uniques(t: DrizzleTableConfig): KeyConstraint[] {
  const own = t.columns
    .filter((column) => column.isUnique)
    .map((column) => ({
      name: column.uniqueName ?? `${t.name}_${column.name}_unique`,
      columns: [column.name],
      ...(column.uniqueType === 'not distinct' && { nullsNotDistinct: true }),
    }))
  const said = t.uniqueConstraints.map((u: DrizzleKey) => ({
    name: u.name ?? `${t.name}_${u.columns.map((column) => column.name).join('_')}_unique`,
    columns: u.columns.map((column) => column.name),
    ...(u.nullsNotDistinct === true && { nullsNotDistinct: true }),
  }))
  return [...own, ...said]
}

/** `` `title`(10) desc `` → its parts, as generated modules write them. */
function sqlPart(sql: string): IndexPart {
  const match = /^(?:`((?:[^`]|``)+)`|"((?:[^"]|"")+)")(?:\((\d+)\))?( desc)?$/i.exec(sql.trim())
  if (match !== null) {
    const column = match[1]?.replaceAll('``', '`') ?? match[2].replaceAll('""', '"')
    return {
      column,
      ...(match[3] !== undefined && { prefix: Number(match[3]) }),
      ...(match[4] !== undefined && { descending: true }),
    }
  }
  const [, expression = sql, desc] = /^([\s\S]*?)( desc)?$/i.exec(sql.trim()) ?? []
  const inner = /^\(([\s\S]*)\)$/.exec(expression.trim())
  return { expression: inner?.[1] ?? expression, ...(desc !== undefined && { descending: true }) }
}

function partOf(part: DrizzleIndex['config']['columns'][number], c: ReadContext): IndexPart {
  if (isSql(part)) return sqlPart(c.core.sqlText(part))
  const { order, nulls, opClass } = ('indexConfig' in part ? part.indexConfig : undefined) ?? {}
  const descending = order === 'desc'
  const natural = nulls === undefined || nulls === (descending ? 'first' : 'last')
  return {
    column: 'name' in part ? part.name : '',
    ...(descending && { descending }),
    ...(!natural && { nulls: nulls === 'first' ? 'first' : 'last' }),
    ...(opClass !== undefined && { opclass: opClass }),
  }
}

function indexOf(i: DrizzleIndex, t: DrizzleTableConfig, c: ReadContext): Index {
  const { config } = i
  const parts = config.columns.map((part) => partOf(part, c))
  return {
    name: config.name ?? `${t.name}_${parts.map((p) => p.column ?? 'expr').join('_')}_index`,
    parts,
    unique: config.unique === true,
    method: config.method ?? config.using ?? 'btree',
    ...(config.where !== undefined && { where: c.core.sqlText(config.where) }),
  }
}

const ACTIONS = new Set(['no action', 'restrict', 'cascade', 'set null', 'set default'])
const action = (said: string | undefined): ReferentialAction =>
  said !== undefined && ACTIONS.has(said) ? (said as ReferentialAction) : 'no action'

function foreignKey(f: DrizzleForeignKey, n: number, t: DrizzleTableConfig, c: ReadContext): ForeignKey {
  const reference = f.reference()
  const columns = reference.columns.map((column) => column.name)
  const usual = c.dialect === 'mysql' ? `${t.name}_ibfk_${n + 1}` : `${t.name}_${columns.join('_')}_fkey`
  return {
    name: reference.name ?? usual,
    columns,
    references: nameOf(c.core.getTableConfig(reference.foreignTable), c),
    referencedColumns: reference.foreignColumns.map((column) => column.name),
    onUpdate: action(f.onUpdate),
    onDelete: action(f.onDelete),
  }
}

function policy(p: DrizzlePolicy, table: ObjectName, c: ReadContext): OtherObject {
  const roles = (Array.isArray(p.to) ? p.to : p.to === undefined ? ['public'] : [p.to]).map((role) => {
    const name = typeof role === 'string' ? role : String((role as { readonly name?: unknown }).name)
    return /^(public|current_role|current_user|session_user)$/i.test(name) ? name.toUpperCase() : c.engine.quote(name)
  })
  const on = `${c.engine.quote(p.name)} ON ${c.engine.table(table)}`
  const said = [
    `CREATE POLICY ${on} AS ${(p.as ?? 'permissive').toUpperCase()} FOR ${(p.for ?? 'all').toUpperCase()} TO ${roles.join(', ')}`,
    ...(p.using === undefined ? [] : [`USING (${c.core.sqlText(p.using)})`]),
    ...(p.withCheck === undefined ? [] : [`WITH CHECK (${c.core.sqlText(p.withCheck)})`]),
  ]
  const enable = `ALTER TABLE ${c.engine.table(table)} ENABLE ROW LEVEL SECURITY`
  const schema = table.schema === undefined ? {} : { schema: table.schema }
  return { kind: 'policy', name: { ...schema, name: p.name }, table, definition: `${enable};\n${said.join(' ')}` }
}

/** A table in the model's terms, and the policies on it. */
export function readTable(
  table: object,
  c: ReadContext,
): { readonly table: Table; readonly others: readonly OtherObject[] } {
  const t = c.core.getTableConfig(table)
  const name = nameOf(t, c)
  const pk = primaryKey(t, c)
  const checks = t.checks.map((k): Check => ({ name: k.name, expression: c.core.sqlText(k.value) }))
  const own = new Set(pk?.columns)
  return {
    table: {
      name,
      columns: t.columns.map((column) => {
        const read = readColumn(column, name, c)
        return own.has(read.name) ? { ...read, nullable: false } : read
      }),
      ...(pk !== undefined && { primaryKey: pk }),
      uniques: uniques(t),
      indexes: t.indexes.map((i) => indexOf(i, t, c)),
      foreignKeys: t.foreignKeys.map((f, n) => foreignKey(f, n, t, c)),
      checks,
      options:
        c.dialect === 'sqlite' && t.columns.some((k) => k.autoIncrement === true) ? { autoincrement: 'yes' } : {},
    },
    others: (t.policies ?? []).map((p) => policy(p, name, c)),
  }
}
