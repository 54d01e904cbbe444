/** How a comparison was begun, and whether another one may go on with it: the same databases, schemas and options, or it is refused with the reason. */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { VerifyOptions } from '../core/options.ts'
import type { TablePlan } from '../core/plan.ts'
import type { RowStage } from '../core/transfer.ts'
import { isAlive } from '../disk/process.ts'
import { readState } from './state-file.ts'

const FORMAT = 'naru comparison 1'

/** What a comparison is of. */
export interface Subject {
  readonly source: Database
  readonly target: Database
  readonly options: VerifyOptions
  readonly plans: readonly TablePlan[]
  readonly by: 'stream' | 'digest'
  /** All rows that differ are wanted, however many passes that takes. */
  readonly listed: boolean
  /** Name of the transfers whose rows are compared. */
  readonly transfers?: string
}

interface BegunSide {
  readonly label: string
  readonly flavor: string
  readonly version: string
}

/** The first line of a state. */
export interface Begun {
  readonly format: string
  readonly pid: number
  readonly started: string
  readonly from: BegunSide
  readonly to: BegunSide
  readonly options: Readonly<Record<string, unknown>>
  /** SHA-256 of each table's columns, key and conditions on both sides. */
  readonly tables: Readonly<Record<string, string>>
  readonly by: 'stream' | 'digest'
  readonly digests: boolean
}

/** Options that decide what is compared and what is found. How hard databases are worked, and where results go, may change. */
const BINDING = [
  'tables',
  'exclude',
  'where',
  'targetWhere',
  'rename',
  'casts',
  'policies',
  'caseInsensitive',
  'verify',
  'by',
  'since',
  'sample',
  'seed',
  'excludeColumns',
  'tolerances',
  'limit',
  'settle',
] as const satisfies readonly (keyof VerifyOptions)[]

const STATE = 'nothing was changed; what was compared before is still kept'
const HINT = 'Begin anew without --continue, or give it what it was begun with.'

/** This comparison, as its first line. */
export function begunWith(o: Subject): Begun {
  const side = (db: Database) => ({
    label: db.address.label,
    flavor: db.flavor,
    version: db.version,
  })
  const list = { complete: o.listed, certified: o.options.certificate !== undefined }
  const named = BINDING.flatMap((k) => (o.options[k] === undefined ? [] : [[k, o.options[k]]]))
  return {
    format: FORMAT,
    pid: process.pid,
    started: new Date().toISOString(),
    from: side(o.source),
    to: side(o.target),
    options: sorted({ ...Object.fromEntries(named), ...list }) as Begun['options'],
    tables: Object.fromEntries(o.plans.map((p) => [p.label, hashOf(p)])),
    by: o.by,
    digests: o.options.digests === true || o.options.certificate !== undefined,
  }
}

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** SHA-256 of what is compared of a table, and how: columns, key, conditions, mapping. */
export function hashOf(plan: TablePlan): string {
  const columns = plan.columns.map((c) => [
    c.source.name,
    c.source.type,
    c.target.name,
    c.target.type,
    c.wire,
    c.expression,
  ])
  const { key, ordered, where, targetWhere, stage } = plan
  const mapping = stage === undefined ? [] : [mappingOf(stage), plan.action]
  const all = [plan.source.name, plan.target.name, columns, key, ordered, where, targetWhere, ...mapping]
  return sumOf(all)
}

/** SHA-256 of plain data, shortened. */
export function sumOf(all: unknown): string {
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 32)
}

/** What a mapping does, as far as it is data: a function of the user's is known by its name alone. */
function mappingOf({ read, fields, lookups, row, unless }: RowStage) {
  const names = lookups.map((l) => [l.table.name, l.by.map((c) => c.name), l.give.name])
  return [read.map((c) => [c.name, c.wire, c.expression]), fields, names, row?.transfer, row?.into, unless]
}

interface Loaded {
  readonly begun: Begun | null
  readonly lines: readonly object[]
  /** Why nothing can be kept: another process does. */
  readonly busy: string | null
}

/** What is kept of an earlier comparison. Throws USAGE where it is to be continued and there is none, or it still runs. */
export function loadBegun(folder: string | null, path: string | null, now: Begun, wanted: boolean): Loaded {
  const [first, ...lines] = (path === null ? null : readState(path)) ?? []
  const begun = (first as Begun | undefined)?.format === FORMAT ? (first as Begun) : null
  const busy =
    begun !== null && begun.pid !== process.pid && isAlive(begun.pid)
      ? `process ${begun.pid} compares the same databases`
      : null
  if (!wanted) return { begun, lines, busy }
  if (begun === null) throw nothingKept(folder, now)
  if (busy === null) return { begun, lines, busy }
  throw new NaruError('USAGE', 'the comparison to continue is still running', {
    why: busy,
    hint: `Wait for it. If that process is none of naru's, remove ${path}.`,
    state: STATE,
  })
}

function nothingKept(folder: string | null, now: Begun): NaruError {
  const why =
    folder === null
      ? 'nothing is kept where there is neither a configuration file nor a cache folder'
      : (othersIn(folder) ?? `in ${folder} nothing is kept of ${now.from.label} and ${now.to.label}`)
  return new NaruError('USAGE', 'there is no comparison of these databases to continue', {
    why,
    hint: 'Leave --continue out: it begins. One that came to its end leaves nothing to continue.',
    state: 'nothing was changed',
  })
}

/** Which databases were begun to be compared instead. */
function othersIn(folder: string): string | null {
  if (!existsSync(folder)) return null
  const begun = readdirSync(folder)
    .filter((name) => /^verify-[0-9a-f]{16}\.ndjson$/.test(name))
    .flatMap((name) => (readState(join(folder, name)) ?? []).slice(0, 1) as Begun[])
    .filter((b) => b.format === FORMAT)
  return begun.length === 0
    ? null
    : `other databases were: ${begun.map((b) => `${b.from.label} and ${b.to.label}`).join('; ')}`
}

/** Refuses to go on with what was begun otherwise. Throws OPTIONS_CHANGED, SCHEMA_CHANGED. */
export function checkBegun(then: Begun, now: Begun): void {
  const text = (value: unknown) => JSON.stringify(value) ?? 'unset'
  const names = [...new Set([...Object.keys(then.options), ...Object.keys(now.options)])]
  const changed = names.filter((n) => text(then.options[n]) !== text(now.options[n]))
  if (changed.length > 0) {
    const why = changed.map((n) => `${n}: ${text(then.options[n])} then, ${text(now.options[n])} now`).join('; ')
    throw new NaruError('OPTIONS_CHANGED', 'the comparison was begun with other options', {
      why,
      hint: HINT,
      state: STATE,
    })
  }
  for (const end of ['from', 'to'] as const) {
    const [a, b] = [then[end], now[end]]
    if (a.flavor === b.flavor && a.version === b.version) continue
    const why = `${a.flavor} ${a.version} then, ${b.flavor} ${b.version} now`
    throw new NaruError('SCHEMA_CHANGED', `${b.label} is another database than when the comparison began`, {
      why,
      hint: HINT,
      state: STATE,
    })
  }
  const tables = [...new Set([...Object.keys(then.tables), ...Object.keys(now.tables)])]
  const other = tables.filter((t) => then.tables[t] !== now.tables[t])
  if (other.length === 0) return
  const why = `not as they were, on one side or the other: ${other.join(', ')}`
  throw new NaruError('SCHEMA_CHANGED', 'tables or mappings have changed since the comparison began', {
    why,
    hint: HINT,
    state: STATE,
  })
}
