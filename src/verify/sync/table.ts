/** One table of a job: what its mapping makes of a range of the source, beside what the target has of it. */
import type { CellReject, Database, RowSource } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { displayKey, type KeyRange } from '../../core/key.ts'
import { carriedKey, rowPositions, type TablePlan } from '../../core/plan.ts'
import { displayName } from '../../core/schema.ts'
import { skipRow } from '../../core/wire.ts'
import type { StageContext } from '../../transfer/context.ts'
import { plannedSource } from '../../transfer/planned-source.ts'
import { rowDecoder } from '../../transfer/row-decode.ts'
import type { SyncDrift, SyncKind, SyncRow } from '../../transfer/sync.ts'
import { Tuple } from '../../transfer/tuple.ts'
import type { RowChange } from '../repair/change.ts'
import { type Changer, openChanger } from '../repair/changer.ts'
import { type HeldRow, type KeyId, type Mendable, meansSame, mendable } from '../repair/mendable.ts'
import { copyRow, differingFields, sameBytes } from '../repair/tuple.ts'
import { readTarget } from '../side.ts'
import type { RawValue } from '../tuple-key.ts'

/** A row that cannot be made, or cannot be written. */
export interface SyncFailure {
  readonly table: string
  readonly key: string
  readonly reason: string
}

/** What a chunk asks of one table. */
export interface TableWork {
  readonly table: SyncTable
  readonly changes: readonly { readonly kind: SyncKind; readonly change: RowChange }[]
  readonly failures: readonly SyncFailure[]
  /** Rows of the source that were read. */
  readonly read: number
}

export interface SyncTable extends AsyncDisposable {
  readonly label: string
  readonly source: RowSource
  readonly changer: Changer
  /** Looks at a range of the source. */
  look(range: KeyRange, o: LookOptions): Promise<TableWork>
  /** The key of a change for people. */
  name(change: RowChange): string
}

interface LookOptions {
  readonly repair: ReadonlySet<SyncKind>
  /** Rows of a batch at most. */
  readonly rows: number
  due(drift: Omit<SyncDrift, 'job'>): boolean
}

/** Opens a table. `plan`: as comparisons have it. Throws CONFIG_INVALID for a table whose rows nothing tells apart, UNSUPPORTED. */
export async function openSyncTable(
  plan: TablePlan,
  o: { readonly source: Database; readonly target: Database; readonly stages: StageContext; readonly raw: RawValue },
): Promise<SyncTable> {
  const table = displayName(plan.target.name)
  const positions = rowPositions(plan)
  if (positions === null || plan.key === null) throw keyless(plan, table)
  const key = positions.map((i) => plan.columns[i].target.name)
  const { stage: _, where: _w, ...own } = plan
  const m = await mendable(o.target, { ...own, key, ordered: true }, o.raw)
  const changer = await openChanger(m)
  const source = plannedSource(plan, o.source, { stages: o.stages })
  const decode = decoderOf(plan)
  let n = 0
  const self: SyncTable = {
    label: plan.label,
    source,
    changer,
    name: (change) => displayKey(m.keyOf((change.before ?? change.after) as Uint8Array)),
    async look(range, l) {
      const expected = new Map<KeyId, Uint8Array>()
      const failures: SyncFailure[] = []
      let read = 0
      for await (const batch of source.read(range, { bytes: 4 << 20, rows: l.rows })) {
        for (let i = 0, at = 0; i < batch.rows; i++) {
          const end = skipRow(batch.bytes, at)
          const row = copyRow(batch.bytes, at, end)
          const id = m.keyId(row)
          if (expected.has(id)) failures.push(twice(table, displayKey(m.keyOf(row))))
          else expected.set(id, row)
          at = end
        }
        for (const r of batch.rejects) failures.push(refused(table, r))
        read += batch.rows + batch.rejects.length + (batch.filtered ?? 0)
        batch.release()
      }
      const held = await m.read(
        [...expected.values()].map((row) => m.keyOf(row)),
        false,
      )
      const changes: { kind: SyncKind; change: RowChange }[] = []
      const add = (kind: SyncKind, after: Uint8Array | null, before: Uint8Array | null) => {
        if (!l.repair.has(kind)) return
        const [old, now] = [after === null ? null : decode(after), before === null ? null : decode(before)]
        if (!l.due({ table, kind, old, now })) return
        const set = after === null || before === null ? [] : differingFields(after, before)
        const op = after === null ? 'delete' : before === null ? 'insert' : 'update'
        changes.push({ kind, change: { n: n++, op, before, after, set } })
      }
      for (const [id, row] of expected) {
        const now = held.get(id)
        if (now === undefined) add('missing', row, null)
        else if (!equal(m, row, now)) add('different', row, now.row)
      }
      if (l.repair.has('extra'))
        for (const row of await extras(plan, m, o.target, range, expected)) add('extra', null, row)
      return { table: self, changes, failures, read }
    },
    [Symbol.asyncDispose]: () => changer[Symbol.asyncDispose](),
  }
  return self
}

function equal(m: Mendable, row: Uint8Array, held: HeldRow): boolean {
  return sameBytes(row, held.row) || meansSame(m, row, held.row)
}

/** Rows of the target in a range of the source's key that the mapping does not make. */
async function extras(
  plan: TablePlan,
  m: Mendable,
  target: Database,
  range: KeyRange,
  expected: ReadonlyMap<KeyId, Uint8Array>,
): Promise<Uint8Array[]> {
  if (!plan.ordered || carriedKey(plan) === null) {
    throw new NaruError('CONFIG_INVALID', `${plan.label}: rows that no mapping makes cannot be found here`, {
      why: 'the key of the source is not the key of the target, in one order',
      hint: "Leave 'extra' out of repair; naru verify names such rows.",
      state: 'nothing was changed by this chunk',
    })
  }
  const found: Uint8Array[] = []
  for await (const batch of readTarget(plan, target).read(range, { bytes: 4 << 20, rows: 10_000 })) {
    for (let i = 0, at = 0; i < batch.rows; i++) {
      const end = skipRow(batch.bytes, at)
      const row = copyRow(batch.bytes, at, end)
      if (!expected.has(m.keyId(row))) found.push(row)
      at = end
    }
    batch.release()
  }
  return found
}

function decoderOf(plan: TablePlan): (row: Uint8Array) => SyncRow {
  const decode = rowDecoder(
    plan.columns.map((c) => c.target.name),
    plan.columns.map((c) => c.wire),
  )
  const t = new Tuple(plan.columns.length)
  return (row) => {
    t.scan(row, 0)
    return decode(t) as SyncRow
  }
}

function refused(table: string, { key, column, reason }: CellReject): SyncFailure {
  return { table, key: displayKey(key), reason: `${column}: ${reason}` }
}

function twice(table: string, key: string): SyncFailure {
  return { table, key, reason: 'the mapping makes two rows of this key; the first one counts' }
}

function keyless(plan: TablePlan, table: string): NaruError {
  return new NaruError('CONFIG_INVALID', `${plan.label}: the rows of ${table} cannot be kept`, {
    why:
      plan.key === null
        ? `${displayName(plan.source.name)} has no key to page by`
        : 'the mapping does not give its key',
    hint: 'Map the primary key of the target, or leave it to an id map.',
    state: 'nothing was changed',
  })
}
