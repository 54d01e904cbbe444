/**
 * Proof of transfers: what was written, hashed on its way, against what the target holds. Several transfers may fill one table: their
 * sums are added up. Where rows were merged, what they come to is computed of the sources once more (merged-proof.ts). Where that cannot be said, or the
 * table held rows before, numbers of rows alone are compared; `naru verify NAME` computes every expected row from the sources.
 */
import { merges } from '../copy/refresh.ts'
import type { TableVerification } from '../core/report.ts'
import { displayName } from '../core/schema.ts'
import { type Copied, copiedTables, fromReadback, readBackAll, type Written } from './copy-verify.ts'
import type { Crew } from './lanes.ts'
import { mergedProof } from './merged-proof.ts'
import type { Session } from './session.ts'

type Verifications = Map<string, TableVerification>

/** Verifies each table as --verify says. Throws STOPPED. */
export async function verifyTransferred(
  session: Session,
  written: Written,
  crew: Crew,
  signal: AbortSignal | undefined,
): Promise<Verifications> {
  const how = session.options.verify ?? 'digest'
  const result: Verifications = new Map()
  if (how === 'none') return result
  const groups = [...Map.groupBy(copiedTables(session, written), (t) => displayName(t.plan.target.name)).values()]
  const hashed = how === 'digest' ? groups.filter((g) => isSummed(g, session.resumed)) : []
  const one = new Map(hashed.map((group) => [group, together(group)] as const))
  const back = await readBackAll(session, [...one.values()], crew, signal)
  for (const group of groups) {
    const whole = one.get(group)
    const read = whole === undefined ? undefined : back.get(whole.plan.label)
    const found =
      whole === undefined || read === undefined
        ? await ofMerged(session, group, how, signal)
        : fromReadback(whole, read)
    for (const { plan, written } of group) {
      const own = {
        ...found,
        table: plan.label,
        ...(group.length > 1 && { sourceRows: written, note: shared(group, found) }),
      }
      result.set(plan.label, own)
      session.reporter.report({ type: 'verified', table: plan.label, rows: found.targetRows, same: found.same })
    }
  }
  return result
}

/** What the rows come to where they were merged and that can be said, else their number. */
async function ofMerged(
  session: Session,
  group: readonly Copied[],
  how: 'digest' | 'count',
  signal: AbortSignal | undefined,
): Promise<TableVerification> {
  const foldable = group.every((t) => merges(t.plan) && t.plan.action !== 'append')
  if (how === 'count' || !foldable) return await counted(session, group)
  const proof = await mergedProof(session, group, signal)
  if (typeof proof !== 'string') return proof
  const found = await counted(session, group)
  return { ...found, note: `${found.note}, for ${proof}` }
}

function shared(group: readonly Copied[], found: TableVerification): string {
  const all = `${group.map((t) => t.plan.label).join(', ')} fill one table: compared together`
  return found.note === undefined ? all : `${all}; ${found.note}`
}

/** The table holds what this run wrote and nothing else, in one form. */
function isSummed(group: readonly Copied[], resumed: boolean): boolean {
  const form = (t: Copied) => JSON.stringify(t.plan.columns.map((c) => [c.target.name, c.wire]))
  return group.every(
    ({ plan, marks }, i) =>
      plan.action !== 'append' &&
      plan.upsert === undefined &&
      !(resumed && plan.stage?.unless !== undefined) &&
      (group.length === 1 || (!plan.ordered && form(group[i]) === form(group[0]))) &&
      marks.every((m) => m.written === 0 || m.digest !== ''),
  )
}

function together(group: readonly Copied[]): Copied {
  const [first] = group
  return {
    ...first,
    units: group.flatMap((t) => t.units),
    marks: group.flatMap((t) => t.marks),
    written: group.reduce((n, t) => n + t.written, 0),
  }
}

/** Where rows were there before, there must be at least as many as were written. */
async function counted(session: Session, group: readonly Copied[]): Promise<TableVerification> {
  const began = performance.now()
  const { target } = session
  const [{ plan }] = group
  const written = group.reduce((n, t) => n + t.written + t.kept, 0)
  const [row] = await target.query(`SELECT count(*) AS n FROM ${target.engine.dialect.table(plan.target.name)}`)
  const rows = Number(row.n)
  const again = session.resumed && group.some((t) => t.plan.stage?.unless !== undefined)
  const fresh = group.some((t) => t.plan.action === 'create') && !again
  const before = again || (group.some((t) => t.plan.action === 'append') && !fresh)
  return {
    table: plan.label,
    target: displayName(plan.target.name),
    how: 'count',
    sourceRows: written,
    targetRows: rows,
    sourceDigest: null,
    targetDigest: null,
    same: before ? rows >= written : rows === written,
    drift: [],
    driftCount: 0,
    ms: performance.now() - began,
    note: before ? 'the table held rows before: at least as many as were written' : 'rows were merged: numbers of rows',
  }
}
