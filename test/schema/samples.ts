/** Schemas by hand, for tests that need no database. */
import {
  type Check,
  type Column,
  type ForeignKey,
  type Index,
  type KeyConstraint,
  type OtherObject,
  plainTable,
  type Schema,
  type Table,
} from '../../src/core/schema.ts'

export const schema = (tables: readonly Table[], others: readonly OtherObject[] = [], engine = 'x'): Schema => ({
  engine,
  flavor: engine,
  version: '1',
  name: 'db',
  tables,
  others,
})

export const column = (name: string, more: Partial<Column> = {}): Column => ({
  name,
  type: { logical: { kind: 'int', bits: 32 }, native: 'int' },
  nullable: true,
  ...more,
})

/** A column of a native type. */
export const typed = (name: string, native: string, more: Partial<Column> = {}): Column =>
  column(name, { type: { logical: { kind: 'opaque', native }, native }, ...more })

export const table = (name: string, columns: readonly Column[], more: Partial<Table> = {}) =>
  plainTable({ name }, columns, more)

export const key = (name: string, ...columns: string[]): KeyConstraint => ({ name, columns })

export const index = (name: string, ...columns: string[]): Index => ({
  name,
  parts: columns.map((c) => ({ column: c })),
  unique: false,
  method: 'btree',
})

export const check = (name: string, expression: string): Check => ({ name, expression })

/** From column `a` to column `id` of the table. */
export const foreignKey = (name: string, to: string, more: Partial<ForeignKey> = {}): ForeignKey => ({
  name,
  columns: ['a'],
  references: { name: to },
  referencedColumns: ['id'],
  onUpdate: 'no action',
  onDelete: 'no action',
  ...more,
})

export const object = (kind: OtherObject['kind'], name: string, more: Partial<OtherObject> = {}): OtherObject => ({
  kind,
  name: { name },
  definition: 'x',
  ...more,
})
