/** Schemas by hand and their conversion by the real dialects, which are pure: no server is asked. */
import type { Capabilities } from '../../src/core/capabilities.ts'
import type { Dialect } from '../../src/core/engine.ts'
import type { Leftover } from '../../src/core/plan.ts'
import {
  type Column,
  type ForeignKey,
  type Index,
  type OtherObject,
  plainTable,
  type Schema,
  type Table,
} from '../../src/core/schema.ts'
import { type Conversion, convertSchema } from '../../src/diff/convert.ts'
import type { Choices } from '../../src/diff/convert-context.ts'
import { dialect as mysql } from '../../src/engines/mysql/dialect.ts'
import { dialect as postgres } from '../../src/engines/postgres/dialect.ts'
import { dialect as sqlite } from '../../src/engines/sqlite/dialect.ts'

const DIALECTS: Readonly<Record<string, Dialect>> = { postgres, mysql, sqlite }
const CAN: Readonly<Record<string, Partial<Capabilities>>> = {
  postgres: {
    schemas: true,
    identifierLimit: 63,
    identifierUnit: 'bytes',
    indexBytes: 2704,
    enums: true,
    arrays: true,
  },
  mysql: {
    identifierLimit: 64,
    identifierUnit: 'characters',
    foldsNames: true,
    indexBytes: 3072,
    enums: true,
    foldsText: true,
    nulInText: true,
  },
  sqlite: { foldsNames: true, nulInText: true },
}
const BASE: Capabilities = {
  inProcess: false,
  analyzesBesideReads: false,
  writers: null,
  sharedSnapshot: 'none',
  transactionalDdl: true,
  schemas: false,
  identifierLimit: null,
  identifierUnit: 'bytes',
  foldsNames: false,
  indexBytes: null,
  enums: false,
  arrays: false,
  nulInText: false,
  foldsText: false,
  foreignKeysAlterable: true,
  canDisableTriggers: true,
  freeConnections: null,
  extensions: [],
}
const NOTHING: Choices = {
  tableName: () => undefined,
  columnName: () => undefined,
  cast: () => undefined,
  notBoolean: new Set(),
  spelledFlags: new Set(),
  nullable: new Set(),
  caseInsensitive: 'lower',
}

interface Given {
  readonly from: string
  readonly to: string
  readonly tables: readonly Table[]
  readonly others?: readonly OtherObject[]
  readonly there?: readonly Table[]
  readonly choices?: Partial<Choices>
  readonly can?: Partial<Capabilities>
  readonly flavor?: string
}

function schema(
  engine: string,
  tables: readonly Table[],
  others: readonly OtherObject[] = [],
  flavor = engine === 'mysql' ? 'mariadb' : engine,
): Schema {
  return {
    engine,
    flavor,
    version: '10.11',
    name: engine === 'postgres' ? 'public' : 'shop',
    tables,
    others,
  }
}

export function convert(g: Given): Conversion {
  return convertSchema({
    source: schema(g.from, g.tables, g.others),
    sourceDialect: DIALECTS[g.from],
    tables: g.tables,
    target: schema(g.to, g.there ?? [], [], g.flavor),
    targetDialect: DIALECTS[g.to],
    can: { ...BASE, ...CAN[g.to], ...g.can },
    choices: { ...NOTHING, ...g.choices },
  })
}

const col = (engine: string, name: string, native: string, more: Partial<Column> = {}): Column => ({
  name,
  type: DIALECTS[engine].parseType(native),
  nullable: true,
  ...more,
})
export const my = (name: string, native: string, more: Partial<Column> = {}) => col('mysql', name, native, more)
export const pg = (name: string, native: string, more: Partial<Column> = {}) => col('postgres', name, native, more)
export const lite = (name: string, native: string, more: Partial<Column> = {}) => col('sqlite', name, native, more)

export function table(name: string, columns: readonly Column[], more: Partial<Table> = {}): Table {
  return plainTable({ name }, columns, more)
}
export const index = (name: string, columns: readonly string[], more: Partial<Index> = {}): Index => ({
  name,
  parts: columns.map((column) => ({ column })),
  unique: false,
  method: 'btree',
  ...more,
})
export const fk = (
  name: string,
  column: string,
  to: string,
  referenced: string,
  more: Partial<ForeignKey> = {},
): ForeignKey => ({
  name,
  columns: [column],
  references: { name: to },
  referencedColumns: [referenced],
  onUpdate: 'no action',
  onDelete: 'no action',
  ...more,
})
export const pk = (...columns: string[]) => ({ primaryKey: { name: 'PRIMARY', columns } })
export const natives = (c: Conversion, t = 0) =>
  Object.fromEntries(c.tables[t].columns.map((k) => [k.source.name, k.target.type.native]))
export const said = (c: Conversion, kind: string): Leftover[] => c.leftovers.filter((l) => l.kind === kind)
export const only = (c: Conversion, kind: string): Leftover => {
  const found = said(c, kind)
  if (found.length !== 1) throw new Error(`${found.length} leftovers of ${kind}: ${JSON.stringify(c.leftovers)}`)
  return found[0]
}
