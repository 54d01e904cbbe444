/** `naru verify NAME` of tables whose rows are merged of several: what all rows of a key come to, compared with the target. */
import { type Fold, type Folded, foldOf } from '../copy/fold.ts'
import { foldStore } from '../copy/fold-store.ts'
import { mergedGroups } from '../copy/refresh.ts'
import type { Database } from '../core/engine.ts'
import { displayKey, parseKey } from '../core/key.ts'
import type { VerifyOptions } from '../core/options.ts'
import type { TablePlan } from '../core/plan.ts'
import type { DriftEntry, DriftKind, DriftRow, TableVerification } from '../core/report.ts'
import { displayName } from '../core/schema.ts'
import type { StageContext } from '../transfer/context.ts'
import { type Writers, writersOf } from '../transfer/shared-target.ts'
import { REPORTED, reportRow } from '../verify/drift.ts'
import { compareHeldRows, foldSources } from './merged-fold.ts'
import { temporaryStore } from './temporary-store.ts'

/** Options under which rows or columns are left out: merged rows are made of all of them. */
const NARROWING = [
  'where',
  'targetWhere',
  'since',
  'sample',
  'excludeColumns',
  'tolerances',
  'certificate',
  'continue',
] as const

/** Plans that merge into one table and are compared together, each group in its order: all that merge into it. */
export function comparedTogether(w: Writers, tables: readonly TablePlan[], o: VerifyOptions): TablePlan[][] {
  if (o.verify === 'count' || NARROWING.some((name) => o[name] !== undefined)) return []
  const isWhole = (group: readonly TablePlan[]) => {
    const names = new Set(group.map((t) => t.of ?? t.label))
    const own = writersOf({ ...w, others: [] }, group[0].target.name)
    return own.every((t) => names.has(t.name))
  }
  return mergedGroups(tables.filter((t) => t.serial)).filter(
    (group) => isWhole(group) && typeof foldOf(group) !== 'string',
  )
}

interface Ends {
  readonly target: Database
  readonly stages: StageContext
  sourceOf(plan: TablePlan): Database
}

/** Compares one group. Rows that nobody made count where no other transfer writes to the table. */
export async function verifyMerged(
  group: readonly TablePlan[],
  w: Writers,
  ends: Ends,
  o: { readonly limit?: number; readonly told?: (table: string, entry: DriftEntry) => void | Promise<void> },
): Promise<TableVerification> {
  const began = performance.now()
  const fold = foldOf(group, { values: 'all' }) as Fold
  const [{ target: table }] = group
  const label = group.map((t) => t.label).join(' and ')
  const names = new Set(group.map((t) => t.of ?? t.label))
  const alone = writersOf(w, table.name).every((t) => names.has(t.name))
  await using db = await temporaryStore('merged rows')
  const merged = { plans: group, fold, store: await foldStore(db) }
  const drift: DriftRow[] = []
  const kinds = { missing: 0, extra: 0, different: 0 }
  const waiting: DriftEntry[] = []
  const tell = (kind: DriftKind, key: string, expected: Folded | null, held: Folded | null) => {
    const entry = entryOf(fold, group[0], { kind, key, expected, held })
    if (drift.length < (o.limit ?? REPORTED)) drift.push(reportRow(entry, displayKey(parseKey(key))))
    if (o.told !== undefined) waiting.push(entry)
  }
  await foldSources(merged, ends)
  const targetRows = await compareHeldRows(merged, ends.target, (key, expected, held) => {
    if (expected === undefined && !alone) return
    kinds[expected === undefined ? 'extra' : 'different']++
    tell(expected === undefined ? 'extra on target' : 'differs', key, expected ?? null, held)
  })
  const missing = await merged.store.missing(o.told === undefined ? (o.limit ?? REPORTED) : Number.MAX_SAFE_INTEGER)
  kinds.missing = missing.count
  for (const [key, expected] of missing.first) tell('missing on target', key, expected, null)
  for (const entry of waiting) await o.told?.(label, entry)
  const { same } = await merged.store.counts()
  const sourceRows = [...same.values()].reduce((n, m) => n + m, 0) + kinds.different + kinds.missing
  const driftCount = kinds.missing + kinds.extra + kinds.different
  return {
    table: label,
    target: displayName(table.name),
    how: 'digest',
    sourceRows,
    targetRows: alone ? targetRows : sourceRows - kinds.missing,
    sourceDigest: null,
    targetDigest: null,
    same: driftCount === 0,
    drift,
    driftCount,
    ...(driftCount > 0 && { kinds }),
    ms: performance.now() - began,
    note: `rows were merged by ${group[0].upsert?.key.join(', ')}; what they come to was compared`,
  }
}

interface Found {
  readonly kind: DriftKind
  readonly key: string
  readonly expected: Folded | null
  readonly held: Folded | null
}

function entryOf(fold: Fold, plan: TablePlan, { kind, key, expected, held }: Found): DriftEntry {
  const names = plan.upsert?.key ?? []
  const values = parseKey(key) ?? []
  const columns = fold.columns.flatMap((c, i) =>
    expected !== null && held !== null && expected[i] === held[i]
      ? []
      : [{ name: c.name, source: fold.text(i, expected?.[i] ?? null), target: fold.text(i, held?.[i] ?? null) }],
  )
  return {
    kind,
    key: names.map((name, i) => ({ name, value: values[i] === null ? null : String(values[i]) })),
    columns,
  }
}
