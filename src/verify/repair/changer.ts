/**
 * Changes of one table carried out within an open transaction, each only where the target still holds what was seen: rows are locked and
 * read in wire form, so what decides is their bytes, whatever collations, floats or JSON make of equality in SQL.
 */
import { type Attempt, attempt } from './attempt.ts'
import { type Changed, left, type RowChange } from './change.ts'
import { keylessChanges } from './keyless.ts'
import { type HeldRow, type HeldRows, type Mendable, meansSame } from './mendable.ts'
import { referredTo } from './refer.ts'
import { sameBytes } from './tuple.ts'
import { type RowWriter, rowWriter } from './writer.ts'

export interface Changer extends AsyncDisposable {
  readonly table: Mendable
  /** For rows that only go together with those of other tables. */
  readonly writer: RowWriter
  /**
   * Carries out changes of one kind. Rows that cannot be written are left, each with its reason; the others are written. Throws what is
   * not about rows: LOCK_TIMEOUT, CONNECTION_LOST; the transaction is then lost.
   */
  apply(changes: readonly RowChange[], how?: Attempt): Promise<Changed[]>
}

/** Opens a table for changes, outside of a transaction. */
export async function openChanger(table: Mendable): Promise<Changer> {
  const writer = await rowWriter(table)
  return {
    table,
    writer,
    apply: (changes, how) =>
      table.key === null ? keylessChanges(table, writer, changes) : keyedChanges(table, writer, changes, how),
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  }
}

async function keyedChanges(
  m: Mendable,
  w: RowWriter,
  changes: readonly RowChange[],
  how?: Attempt,
): Promise<Changed[]> {
  const { held, done, free } = await judged(m, changes)
  const blocked = await referredTo(
    m,
    free.filter((c) => c.op !== 'insert'),
  )
  for (const [change, why] of blocked) done.push(left(change, 'deferred', why))
  const todo = free.filter((c) => !blocked.has(c))
  const refused = await attempt(w, todo, how)
  done.push(...refused.values())
  const written = todo.filter((c) => !refused.has(c))
  return [...done, ...(await witnessed(m, written, held))]
}

/** Locks the rows of changes: which of them are free, and what stands against the others. */
export async function judged(m: Mendable, changes: readonly RowChange[]) {
  const rowOf = (c: RowChange) => (c.before ?? c.after) as Uint8Array
  const held = await m.read(
    changes.map((c) => m.keyOf(rowOf(c))),
    true,
  )
  const lost = changes.map((c) => (c.op === 'insert' || held.has(m.keyId(rowOf(c))) ? null : m.keyId(rowOf(c))))
  const elsewhere = await m.spelledOtherwise(new Set(lost.filter((id) => id !== null)))
  const done: Changed[] = []
  const free: RowChange[] = []
  for (const change of changes) {
    const id = m.keyId(rowOf(change))
    const verdict = elsewhere.has(id) ? left(change, 'refused', SPELLED) : judge(m, change, held.get(id))
    if (verdict === null) free.push(change)
    else done.push(verdict)
  }
  return { held, done, free }
}

const SPELLED = 'the table spells the key of this row in a way of its own, by which it is not found'

/** What stands against a change before it is tried; null: nothing. */
function judge(m: Mendable, change: RowChange, held: HeldRow | undefined): Changed | null {
  if (held === undefined) {
    if (change.op === 'insert') return null
    return change.op === 'delete'
      ? left(change, 'equal', 'the row is gone already')
      : left(change, 'changed', 'the row of the target is gone')
  }
  if (change.before !== null && sameBytes(held.row, change.before)) return null
  if (change.after !== null && meansSame(m, change.after, held.row)) return left(change, 'equal', 'equal already')
  return left(
    change,
    'changed',
    change.op === 'insert' ? 'the target has a row of this key now' : 'the row of the target has changed since',
  )
}

/** Reads back what was written: a trigger, a rule or a type may have left a row as it was. */
export async function witnessed(m: Mendable, written: readonly RowChange[], before: HeldRows): Promise<Changed[]> {
  const rowOf = (c: RowChange) => (c.before ?? c.after) as Uint8Array
  const now = await m.read(
    written.map((c) => m.keyOf(rowOf(c))),
    false,
  )
  return written.map((change) => {
    const id = m.keyId(rowOf(change))
    const image = { before: before.get(id)?.own ?? null, after: now.get(id)?.own ?? null }
    const stays = sameImage(image.before, image.after)
    if (!stays) return { change, result: 'written', why: '', image }
    return left(change, 'refused', STAYS[change.op])
  })
}

function sameImage(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : sameBytes(a, b)
}

const STAYS = {
  insert: 'a trigger or rule of the table left the row out',
  update: 'the table has the row as it was: a trigger, a rule or the type of a column keeps it so',
  delete: 'a trigger or rule of the table kept the row',
} as const
