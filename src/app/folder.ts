/** A copy into a folder: what the folder is told of the database, so that it is a backup of it. */
import { createRequire } from 'node:module'
import type { Database } from '../core/engine.ts'
import type { Origin, RowsDigest } from '../core/folder.ts'
import { type CopyPlan, isMade, type TablePlan } from '../core/plan.ts'
import type { RunReport, TableVerification } from '../core/report.ts'
import { displayName, type Table } from '../core/schema.ts'

interface Copying {
  /** One: transfers of several databases go into no folder. */
  readonly sources: readonly { readonly database: Database }[]
  readonly target: Database
  readonly plan: CopyPlan
  /** Where the source stood when its rows were read. */
  readonly position?: string | null
}

const UNPLAIN =
  'names or types were changed on the way: the folder holds tables, keys and plain indexes, not the whole structure of the source'

/** Tells a folder, before its first row, which database its rows come from. Nothing for targets that are none. */
export async function describeTarget(c: Copying & { readonly notes: string[] }): Promise<void> {
  const { sources, target, plan } = c
  if (target.describe === undefined || plan.tables.length === 0) return
  const [{ database: source }] = sources
  const names = Object.fromEntries(plan.tables.map((t) => [displayName(t.source.name), t.target.name.name]))
  const plain = plan.tables.every(isAsInSource)
  const schema = plain ? await source.inspect({ schema: source.address.schema, origin: true }) : null
  const { filed: _, ...kept } = schema ?? { filed: undefined }
  const origin = schema === null ? null : ({ ...kept, tables: plan.tables.map(originTable) } as Origin['schema'])
  await target.describe({ schema: origin, names })
  if (!plain) c.notes.push(UNPLAIN)
}

/** All columns come along under their names, none cast by the user. */
function isAsInSource(t: TablePlan): boolean {
  const travelling = new Set(t.columns.map((c) => c.source.name))
  const all = t.source.columns.every((c) => travelling.has(c.name) || c.generated !== undefined)
  // An expression on the way into a table that was there may be anything; one of a policy keeps the type.
  const kept = (c: TablePlan['columns'][number]) =>
    c.rule !== 'cast' && c.source.name === c.target.name && !(c.rule === 'existing' && c.expression !== undefined)
  return all && t.columns.every(kept)
}

/** The table as the source has it, its counter where the copy found it. */
function originTable(t: TablePlan): Table {
  const next = t.target.counter?.next
  if (next === undefined || t.source.counter === undefined) return t.source
  return { ...t.source, counter: { ...t.source.counter, next } }
}

/** Writes the manifest of a folder that the copy has proved. What the verification read is not read again. */
export async function sealTarget(
  session: Copying,
  report: RunReport,
  verifications: ReadonlyMap<string, TableVerification>,
): Promise<void> {
  const { sources, target, plan } = session
  if (target.seal === undefined) return
  const [{ database: source }] = sources
  const known: Record<string, RowsDigest> = {}
  for (const t of plan.tables) {
    const v = verifications.get(t.label)
    if (v?.same && v.how === 'digest' && v.targetDigest !== null && isMade(t))
      known[t.target.name.name] = { rows: v.targetRows, digest: v.targetDigest }
  }
  const { label, engine } = report.plan.from
  const from = { label, engine, version: source.version, position: session.position ?? null }
  await target.seal({ naru: version(), source: from, known })
}

/** From package.json. */
function version(): string {
  return (createRequire(import.meta.url)('../../package.json') as { version: string }).version
}
