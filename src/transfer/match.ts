/**
 * Rows of several sources that are one row on the target: those with the same values in the columns of `match`. A table beside the ledger
 * holds a number for each combination of values; id maps take their numbers from there, so that rows which match have one and the same
 * key, and are met by an upsert. A row without a value in one of the columns matches none.
 */
import type { WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Upsert } from '../core/plan.ts'
import { type Column, type ObjectName, plainTable, type Table } from '../core/schema.ts'
import type { LookupPlan } from '../core/transfer.ts'
import { type Bound, findColumn, soleKey } from './bind.ts'
import { NEW_KEY } from './id-map.ts'
import { keyName, matchName } from './own-names.ts'
import { type newReading, sqlText, wireBetween } from './reading.ts'
import { type AnySource, sourcesOf } from './steps.ts'

/** The numbers of matched values of one target table. */
interface MatchTable {
  readonly table: Table
  /** Its columns of the values, in the order of `match`. */
  readonly by: readonly WireColumn[]
  readonly give: WireColumn
}

/** What a mapping reads of its source for its match columns. */
export interface MatchSource {
  readonly match: MatchTable
  readonly read: readonly WireColumn[]
  /** SQL of the source for each of them. */
  readonly sql: readonly string[]
}

/** The match table of a mapping's target, or undefined where it matches nothing. Throws CONFIG_INVALID. */
export function matchOf(b: Bound, place: (name: string) => ObjectName): MatchSource | undefined {
  const { match } = b.transfer
  if (match === undefined || match.length === 0) return undefined
  const key = soleKey(b.target)
  if (key === undefined || Object.hasOwn(b.transfer.columns, key.name)) {
    throw new NaruError(
      'CONFIG_INVALID',
      `${b.transfer.name}: match needs a key that ${b.target.name.name} numbers afresh`,
      {
        why: 'rows that match share a new key; this mapping gives its own',
        hint: "Leave the key out of the columns, or use write: 'upsert' where rows have the same key already.",
        state: 'nothing was changed',
      },
    )
  }
  const { dialect } = b.to.database.engine
  const values = match.map((name): WireColumn => {
    const column: Column = { ...plain(findColumn(b.target, name, b.transfer)), nullable: false }
    return { name, column, wire: dialect.wire(column.type) }
  })
  const fresh: Column = { name: NEW_KEY, type: key.type, nullable: false }
  const own = matchName(b.target.name, match)
  const table = plainTable(place(own), [...values.map((v) => v.column), fresh], {
    primaryKey: { name: keyName('match', own), columns: [...match] },
  })
  const give = { name: NEW_KEY, column: fresh, wire: dialect.wire(fresh.type) }
  return { match: { table, by: values, give }, ...sourceColumns(b, values) }
}

/** Without what ties a column to its own table. */
function plain({ name, type, collation, charset, caseInsensitive }: Column): Column {
  return {
    name,
    type,
    nullable: false,
    ...(collation !== undefined && { collation }),
    ...(charset !== undefined && { charset }),
    ...(caseInsensitive !== undefined && { caseInsensitive }),
  }
}

function sourceColumns(b: Bound, values: readonly WireColumn[]): Pick<MatchSource, 'read' | 'sql'> {
  const { dialect: from } = b.from.database.engine
  const o = { from, to: b.to.database.engine.dialect, transfer: b.transfer, table: b.source }
  const given = new Map<string, AnySource>(sourcesOf(b.transfer))
  const parts = values.map(({ name, column: target }) => {
    const source = given.get(name)
    if (typeof source === 'string') {
      const column = findColumn(b.source, source, b.transfer)
      const wire = wireBetween(o, column, target)
      return { read: { name: source, column, wire }, sql: from.quote(source) }
    }
    if (source?.kind !== 'sql') throw unmatchable(b, name)
    const expression = `(${sqlText(source, from)})`
    const column: Column = { name: `match ${name}`, type: target.type, nullable: true }
    return { read: { name: column.name, column, wire: o.to.wire(target.type), expression }, sql: expression }
  })
  return { read: parts.map((p) => p.read), sql: parts.map((p) => p.sql) }
}

function unmatchable(b: Bound, name: string): NaruError {
  return new NaruError(
    'CONFIG_INVALID',
    `${b.transfer.name}: match by ${name} needs a column of the source or sql\`…\``,
    {
      why: 'rows are matched before they move',
      hint: `Map ${name} from a column or an expression.`,
      state: 'nothing was changed',
    },
  )
}

/** Where an id map of a matched transfer takes its numbers from: fields of `read`, which are added to `reading`. */
export function matchLookup(
  m: MatchSource,
  reading: ReturnType<typeof newReading>,
): { plan: LookupPlan; at: number[] } {
  const plan: LookupPlan = {
    label: `numbers of ${m.match.table.name.name}`,
    table: m.match.table,
    by: m.match.by,
    give: m.match.give,
  }
  return { plan, at: m.read.map((c) => reading.field(c)) }
}

/** How the rows of a matched transfer meet those that are there. */
export function matchUpsert(b: Bound, written: readonly string[]): Upsert {
  const key = soleKey(b.target)?.name ?? ''
  const rules = b.transfer.conflict ?? {}
  const rest = written.filter((name) => name !== key && !b.transfer.match?.includes(name))
  return { key: [key], update: Object.fromEntries(rest.map((name) => [name, rules[name] ?? 'first'])) }
}
