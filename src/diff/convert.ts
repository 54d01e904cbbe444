/**
 * From a source's schema to the target's: pure, nothing is asked of a database. Within one engine every native type and every object
 * of a table is exact; across engines meaning is kept, and whatever is not the same is reported.
 */
import type { Leftover } from '../core/plan.ts'
import type { OtherObject } from '../core/schema.ts'
import { reportCollations } from './convert-collations.ts'
import type { ConvertContext, ConvertInput, Issue } from './convert-context.ts'
import { objectNames } from './convert-object-names.ts'
import { neededTypes } from './convert-others.ts'
import { type ConvertedTable, convertTable } from './convert-table.ts'
import { tableNames } from './convert-table-names.ts'
import { traitsOf } from './convert-traits.ts'
import { decideTypes } from './convert-types.ts'

export interface Conversion {
  readonly tables: readonly ConvertedTable[]
  /** Types, sequences and extensions that the tables need and the target has not. */
  readonly others: readonly OtherObject[]
  readonly leftovers: readonly Leftover[]
  readonly issues: readonly Issue[]
}

/** Converts the chosen tables. Throws UNSUPPORTED where a column cannot be read in any form that the target takes. */
export function convertSchema(input: ConvertInput): Conversion {
  const leftovers: Leftover[] = []
  const issues: Issue[] = []
  const [from, to] = [traitsOf(input.source), traitsOf(input.target)]
  const raise = (issue: Issue) => issues.push(issue)
  const names = tableNames(input, to, raise)
  const context: ConvertContext = {
    ...input,
    from,
    to,
    sameEngine: input.source.engine === input.target.engine && from.grammar !== null,
    names,
    types: decideTypes(input, names),
    objectNames: objectNames(input, to, names),
    report: (leftover) => leftovers.push(leftover),
    raise,
  }
  const tables = input.tables.map((table) => convertTable(context, table))
  reportCollations(context)
  return { tables, others: neededTypes(context, tables), leftovers, issues }
}
