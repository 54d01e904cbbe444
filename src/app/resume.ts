/** Whether a copy continues an earlier one: same ends, same options, same source schema — or it is refused with the reason. */
import { createHash } from 'node:crypto'
import { sourceChanges } from '../copy/source-changes.ts'
import { NaruError } from '../core/error.ts'
import type { RunRecord } from '../core/ledger.ts'
import type { CopyOptions } from '../core/options.ts'
import type { CopyPlan } from '../core/plan.ts'

/** Options that decide which rows go where and as what. Lanes, rate, reports and verification may change between attempts. */
const BINDING = [
  'tables',
  'exclude',
  'where',
  'rename',
  'casts',
  'policies',
  'schemaOnly',
  'dataOnly',
  'ifExists',
  'incremental',
  'sample',
  'sampleSeed',
  'caseInsensitive',
] as const

/** The binding options as JSON with stable order. */
export function bindingOptions(options: CopyOptions): string {
  return JSON.stringify(
    Object.fromEntries(BINDING.flatMap((k) => (options[k] === undefined ? [] : [[k, sorted(options[k])]]))),
  )
}

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const ENDED: ReadonlySet<RunRecord['state']> = new Set(['done', 'verified', 'abandoned'])

/** The newest run between these two ends that has not come to its end. */
export function unfinished(runs: readonly RunRecord[], source: string, target: string): RunRecord | undefined {
  const last = runs.find((r) => r.source === source && r.target === target)
  return last !== undefined && !ENDED.has(last.state) ? last : undefined
}

/** Refuses to continue a run with other options. Throws OPTIONS_CHANGED naming them. */
export function checkOptions(run: RunRecord, options: CopyOptions): void {
  const now = bindingOptions(options)
  if (run.options === now) return
  const before = JSON.parse(run.options) as Record<string, unknown>
  const after = JSON.parse(now) as Record<string, unknown>
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const changed = names.filter((n) => JSON.stringify(before[n]) !== JSON.stringify(after[n]))
  const told = changed.map(
    (n) => `${n}: ${JSON.stringify(before[n]) ?? 'unset'} then, ${JSON.stringify(after[n]) ?? 'unset'} now`,
  )
  throw optionsChanged(run, told.join('; '))
}

function optionsChanged(run: RunRecord, why: string): NaruError {
  return new NaruError('OPTIONS_CHANGED', `the unfinished copy ${run.id} was begun with other options`, {
    why,
    state: 'nothing was changed; what the unfinished copy has brought over is still there',
  })
}

/** Refuses to continue a sample of rows that belonged together otherwise. Throws OPTIONS_CHANGED. */
export function checkRelations(run: RunRecord, then: CopyPlan, now: CopyPlan): void {
  const [before, after] = [then, now].map((plan) => (plan.sample?.relations ?? []).map((r) => r.text).join(', '))
  if (before !== after) throw optionsChanged(run, `relations: ${before || 'none'} then, ${after || 'none'} now`)
}

/** Changes that a message names. */
const TOLD = 5

/** Refuses to continue when the source schema is another one. Throws SCHEMA_CHANGED naming the tables. */
export function checkSchema(run: RunRecord, then: CopyPlan, now: CopyPlan): void {
  if (run.schemaHash === now.hash) return
  const changes = sourceChanges(then.tables, now.tables)
  const more = changes.length > TOLD ? ` … (${changes.length} tables)` : ''
  throw new NaruError('SCHEMA_CHANGED', `the source schema has changed since the copy ${run.id} began`, {
    why:
      changes.length === 0
        ? 'what is made of its tables is not what it was'
        : `${changes.slice(0, TOLD).join('; ')}${more}`,
    state: 'nothing was changed; what the unfinished copy has brought over is still there',
  })
}

/** A plan as text for the ledger: bigint survive. */
export function serializePlan(plan: CopyPlan): string {
  return JSON.stringify({ plan }, (_, v) => (typeof v === 'bigint' ? { $bigint: v.toString() } : v))
}

/** The inverse of `serializePlan`; null for a run that never came to store one. */
export function parsePlan(text: string | null): CopyPlan | null {
  if (text === null) return null
  const raw = JSON.parse(text, (_, v) =>
    v !== null && typeof v === 'object' && typeof v.$bigint === 'string' ? BigInt(v.$bigint) : v,
  ) as { plan?: CopyPlan }
  return raw.plan ?? null
}

/** A short id for a run: time and some of a hash, readable and sortable. */
export function newRunId(now: Date, source: string, target: string): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  const hash = createHash('sha256').update(`${source} ${target} ${now.getTime()} ${process.pid}`).digest('hex')
  return `${stamp}-${hash.slice(0, 4)}`
}
