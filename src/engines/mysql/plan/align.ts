/** Servers of other versions print the same schema in other words: one side is told in the other's, before they are compared. */
import type { Column, OtherObject, Schema, Table } from '../../../core/schema.ts'
import { type Features, featuresOf } from './features.ts'

type Printed = Pick<Features, 'printsWidths' | 'saysUtf8' | 'autoCreateUser'>

/** `int(11)` → `int`; `tinyint(1)` and ZEROFILL keep their widths everywhere. Year has had one width since MySQL 5.7. */
function withoutWidth(native: string): string {
  if (/zerofill/i.test(native) || /^tinyint\(1\)$/i.test(native)) return native
  return native.replace(/^((?:tiny|small|medium|big)?int|year)\(\d+\)/i, '$1')
}

/** `utf8_general_ci` and `utf8mb3_general_ci` are one collation: MySQL 8.0.30 and MariaDB 10.6 changed its name. */
function renamed(name: string | undefined, old: boolean): string | undefined {
  return old ? name?.replace(/^utf8mb3(?=_|$)/, 'utf8') : name?.replace(/^utf8(?=_|$)/, 'utf8mb3')
}

function column(c: Column, one: Printed, both: boolean): Column {
  const { charset, collation, type } = c
  return {
    ...c,
    type: both ? type : { ...type, native: withoutWidth(type.native) },
    ...(charset !== undefined && { charset: renamed(charset, one.saysUtf8) }),
    ...(collation !== undefined && { collation: renamed(collation, one.saysUtf8) }),
  }
}

function options(of: Table['options'], one: Printed): Table['options'] {
  const names = ['charset', 'collation'].filter((name) => of[name] !== undefined)
  return { ...of, ...Object.fromEntries(names.map((name) => [name, renamed(of[name], one.saysUtf8) ?? ''])) }
}

function object(o: OtherObject, known: boolean): OtherObject {
  const mode = o.options?.sql_mode
  if (known || mode === undefined) return o
  const kept = mode.split(',').filter((m) => m !== 'NO_AUTO_CREATE_USER')
  return { ...o, options: { ...o.options, sql_mode: kept.join(',') } }
}

/** The schema in the words of a server of which `one` is true; without what only one of both servers prints. */
function said(s: Schema, one: Printed, other: Printed): Schema {
  const widths = one.printsWidths && other.printsWidths
  const known = one.autoCreateUser && other.autoCreateUser
  return {
    ...s,
    ...(s.charset !== undefined && { charset: renamed(s.charset, one.saysUtf8) }),
    ...(s.collation !== undefined && { collation: renamed(s.collation, one.saysUtf8) }),
    tables: s.tables.map((t) => ({
      ...t,
      options: options(t.options, one),
      columns: t.columns.map((c) => column(c, one, widths)),
    })),
    others: s.others.map((o) => object(o, known)),
  }
}

/** See `Planner.align`. Statements are for the server of `from`, so `to` is told in its words. */
export function alignPrinters(from: Schema, to: Schema): readonly [Schema, Schema] {
  // What no server printed has no words of a server.
  if (![from, to].every((s) => /^\d/.test(s.version))) return [from, to]
  const [one, other] = [featuresOf(from), featuresOf(to)]
  const printed: readonly (keyof Printed)[] = ['printsWidths', 'saysUtf8', 'autoCreateUser']
  if (printed.every((p) => one[p] === other[p])) return [from, to]
  return [said(from, one, other), said(to, one, other)]
}
