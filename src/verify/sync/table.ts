/** One table of a job: what its mapping makes of a chunk of the source, beside what the target has of it. */
import type { CellReject, Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { displayKey } from '../../core/key.ts'
import { rowPositions, type TablePlan } from '../../core/plan.ts'
import { displayName } from '../../core/schema.ts'
import type { MadeRows } from '../../transfer/joint-source.ts'
import { rowDecoder } from '../../transfer/row-decode.ts'
import type { SyncDrift, SyncKind, SyncRow } from '../../transfer/sync.ts'
import { Tuple } from '../../transfer/tuple.ts'
import type { RowChange } from '../repair/change.ts'
import { type Changer, openChanger } from '../repair/changer.ts'
import { type KeyId, type Mendable, meansSame, mendable } from '../repair/mendable.ts'
import { copyRow, differingFields, sameBytes, withFieldsOf } from '../repair/tuple.ts'
import type { RawValue } from '../tuple-key.ts'
import { type HeldReader, heldReader, type Place, rowAt } from './held.ts'
import { type Mismatch, matchById, matchNumbered, spansOf, type Tuples } from './match.ts'

/** A row that cannot be made, or cannot be written. */
export interface SyncFailure {
  readonly table: string
  readonly key: string
  readonly reason: string
}

/** What a chunk asks of one table. */
export interface TableWork {
  readonly table: SyncTable
  readonly changes: readonly RowChange[]
  readonly failures: readonly SyncFailure[]
}

/** A row that is not as its mapping makes it: both as wire tuples, and the source's as an object. */
interface DriftRows {
  readonly after: Uint8Array | null
  readonly before: Uint8Array | null
  source(): SyncRow | null
}

/** What a table has of a chunk. */
export interface Looked extends TableWork {
  /** Rows of the place that no row of the chunk is; none where only keys were looked for. */
  readonly extra: readonly Uint8Array[]
  /** Ids of rows that were found outside of the place. */
  readonly elsewhere: readonly KeyId[]
}

export interface LookOptions {
  readonly repair: ReadonlySet<SyncKind>
  /** Whether anybody asks for rows as objects. */
  readonly objects: boolean
  due(drift: Omit<SyncDrift, 'job'>): boolean
}

export interface SyncTable extends AsyncDisposable {
  /** The table's name for people. */
  readonly label: string
  readonly plan: TablePlan
  readonly changer: Changer
  /** Looks at what was made of a chunk. */
  look(made: MadeRows, place: Place, o: LookOptions): Promise<Looked>
  /** Ids of rows. */
  ids(rows: Tuples): Set<KeyId>
  id(row: Uint8Array): KeyId
  /** The change of a row that is not as it should be; null: it is not due. */
  due(kind: SyncKind, rows: DriftRows, o: LookOptions): RowChange | null
  /** The key of a change for people. */
  name(change: RowChange): string
}

interface TableInput {
  /** Changes rows. */
  readonly target: Database
  /** Reads them; may be the same connection. */
  readonly reader: Database
  readonly raw: RawValue
}

/** Opens a table. `plan`: as comparisons have it. Throws CONFIG_INVALID for a table whose rows nothing tells apart, UNSUPPORTED. */
export async function openSyncTable(plan: TablePlan, o: TableInput): Promise<SyncTable> {
  const table = displayName(plan.target.name)
  const positions = rowPositions(plan)
  if (positions === null || plan.key === null) throw keyless(plan, table)
  const key = positions.map((i) => plan.columns[i].target.name)
  const { stage: _, where: _w, ...own } = plan
  const m = await mendable(o.target, { ...own, key, ordered: true }, o.raw)
  const changer = await openChanger(m)
  const reader = heldReader(plan, m, o.reader)
  const decode = decoderOf(plan)
  let n = 0
  const self: SyncTable = {
    label: table,
    plan,
    changer,
    id: (row) => m.keyId(row),
    ids: (rows) => new Set([...spansOf(rows)].map((s) => m.keyId(rowAt(rows, s)))),
    name: (change) => displayKey(m.keyOf((change.before ?? change.after) as Uint8Array)),
    due(kind, { after, before, source }, l) {
      if (!l.repair.has(kind)) return null
      const object = (row: Uint8Array | null) => (row === null || !l.objects ? null : decode(row))
      const drift = { table, kind, old: object(after), now: object(before), source: l.objects ? source() : null }
      if (!l.due(drift)) return null
      const set = after === null || before === null ? [] : differingFields(after, before)
      const op = after === null ? 'delete' : before === null ? 'insert' : 'update'
      return { n: n++, op, before, after, set }
    },
    async look(made, place, l) {
      const held = await reader.read(made, place)
      const failures = made.rejects.map((r) => refused(table, r))
      const found = mismatches(m, reader, { expected: made, held, beyond: place.kind !== 'keys' }, (row) =>
        failures.push(twice(table, m, row)),
      )
      const { rest, elsewhere } = place.kind === 'keys' ? { rest: found, elsewhere: [] } : await others(found)
      const changes = rest.flatMap((e) => {
        if (e.after === null) return []
        const { before } = e
        const after = before === null ? e.after : withFieldsOf(e.after, before, made.leftOut(e.row))
        if (before !== null && (sameBytes(after, before) || meansSame(m, after, before))) return []
        const rows = { after, before, source: () => made.sourceOf(e.row) }
        return self.due(before === null ? 'missing' : 'different', rows, l) ?? []
      })
      const extra = found.flatMap((e) => (e.after === null && e.before !== null ? [e.before] : []))
      return { table: self, changes, failures, extra, elsewhere }
    },
    [Symbol.asyncDispose]: () => changer[Symbol.asyncDispose](),
  }
  /** Rows that are missing in the place and may lie elsewhere. */
  const others = async (found: readonly Unequal[]) => {
    const gone = found.flatMap((e) => (e.before === null && e.after !== null ? [e.after] : []))
    const there = await reader.byKey(gone)
    if (there.size === 0) return { rest: found, elsewhere: [] }
    const rest = found.map((e) =>
      e.before !== null || e.after === null ? e : { ...e, before: there.get(m.keyId(e.after)) ?? null },
    )
    return { rest, elsewhere: [...there.keys()] }
  }
  return self
}

/** Both rows of a key as copies; `row`: the place of the expected one. */
interface Unequal {
  readonly row: number
  readonly after: Uint8Array | null
  readonly before: Uint8Array | null
}

function mismatches(
  m: Mendable,
  reader: HeldReader,
  { expected, held, beyond }: { readonly expected: Tuples; readonly held: Tuples; readonly beyond: boolean },
  twice: (row: Uint8Array) => void,
): Unequal[] {
  const rising = reader.rising(expected)
  const found: Mismatch[] =
    rising !== null && reader.number !== null
      ? matchNumbered(rising, held, reader.number)
      : matchById(
          expected,
          held,
          (bytes, { at, end }) => m.keyId(bytes.subarray(at, end)),
          (span) => twice(rowAt(expected, span)),
        )
  const told = beyond ? found : found.filter((e) => e.kind !== 'extra')
  return told.map((e) => ({
    row: e.row,
    after: e.expected && copyRow(expected.bytes, e.expected.at, e.expected.end),
    before: e.held && copyRow(held.bytes, e.held.at, e.held.end),
  }))
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

function twice(table: string, m: Mendable, row: Uint8Array): SyncFailure {
  return {
    table,
    key: displayKey(m.keyOf(row)),
    reason: 'the mapping makes two rows of this key; the first one counts',
  }
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
