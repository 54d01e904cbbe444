/** How one kind of object is asked for, and pieces that the questions share. */
import type { OtherObject } from '../../../core/schema.ts'
import { textLiteral } from '../values.ts'
import { type Condition, inSchema } from './present.ts'
import { among, type Scope } from './scope.ts'

export interface Source {
  /** Null: the query gives it as `kind`. */
  readonly kind: OtherObject['kind'] | null
  /** The catalogue whose ids the query gives as `id`; with them the objects' dependencies are found. */
  readonly catalogue: string
  /**
   * A query with columns id, nsp, name, definition, and where there are any: rel (table), relnsp (its schema, where that may be another), labels, owner, grants, comment, and
   * details (json object of texts).
   */
  readonly sql: (scope: Scope) => string
  /** True wherever the query gives a row; without it the query is asked in any case. */
  readonly when?: Condition
}

/** Columns nsp and name. */
export const named = (nsp: string, name: string) => `${nsp} AS nsp, ${name} AS name`

export const RELATIONS = 'FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace'

/** Condition: types of some kinds (`pg_type.typtype`, `e, d`) lie in the inspected schema. */
export const typesOf = (...kinds: readonly string[]): Condition =>
  inSchema('pg_type', 'typnamespace', `typtype IN (${kinds.map(textLiteral).join(', ')})`)

/** The same for relations and `pg_class.relkind`. */
export const relationsOf = (...kinds: readonly string[]): Condition =>
  inSchema('pg_class', 'relnamespace', `relkind IN (${kinds.map(textLiteral).join(', ')})`)

/** Predicate: in an inspected schema. */
export const own = (scope: Scope) => among(scope, 'n.nspname')

/** Column comment. */
export const commented = (catalogue: string, oid: string) => `obj_description(${oid}, '${catalogue}') AS comment`

/** Options of foreign data wrappers (`text[]`) as SQL, with a blank before. */
export const foreignOptions = (column: string) =>
  `coalesce((SELECT ' OPTIONS (' || string_agg(format('%I %L', x.option_name, x.option_value), ', ') || ')' FROM pg_options_to_table(${column}) AS x), '')`
