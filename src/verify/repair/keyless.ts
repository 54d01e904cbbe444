/** Rows without a key: one of several twins is as good as another, and is found by where it lies. */
import { tupleHasher } from '../../core/digest.ts'
import type { WireColumn } from '../../core/engine.ts'
import type { RowPlace } from '../../core/mend.ts'
import type { Column } from '../../core/schema.ts'
import { skipRow } from '../../core/wire.ts'
import { readOptions } from '../side.ts'
import { attempt } from './attempt.ts'
import { type Changed, left, type RowChange } from './change.ts'
import { type Mendable, readingOf } from './mendable.ts'
import { pick, sameBytes } from './tuple.ts'
import type { RowWriter } from './writer.ts'

const TEXT: Column = { name: 'place', type: { logical: { kind: 'text' }, native: 'text' }, nullable: false }

/** Inserts, or deletes of exactly as many twins as asked for. Updates do not occur: a row without a key has nothing that stays. */
export async function keylessChanges(m: Mendable, w: RowWriter, changes: readonly RowChange[]): Promise<Changed[]> {
  if (changes.length > 0 && changes[0].op === 'delete') return deletions(m, changes)
  const refused = await attempt(w, changes)
  const written = changes.filter((c) => !refused.has(c))
  return [
    ...refused.values(),
    // Where the row lies nobody knows; its image is what was sent.
    ...written.map(
      (change): Changed => ({ change, result: 'written', why: '', image: { before: null, after: change.after } }),
    ),
  ]
}

interface Twin {
  readonly place: string
  readonly row: Uint8Array
  readonly own: Uint8Array
}

async function deletions(m: Mendable, changes: readonly RowChange[]): Promise<Changed[]> {
  const place = m.sql.place?.(m.plan.target) ?? null
  if (place === null)
    return changes.map((c) => left(c, 'refused', 'the table has no key, and its engine does not tell equal rows apart'))
  const hasher = tupleHasher(m.plan.columns.map((c) => c.wire))
  const hash = (row: Uint8Array) => hasher.row(row, 0, row.length)
  const wanted = Map.groupBy(changes, (c) => hash(c.before as Uint8Array))
  const places: string[] = []
  const open = new Map([...wanted].map(([id, of]) => [id, of.length]))
  for await (const twin of twins(m, place, undefined)) {
    const left = open.get(hash(twin.row)) ?? 0
    if (left > 0) places.push(twin.place)
    if (left > 0) open.set(hash(twin.row), left - 1)
  }
  const done: Changed[] = []
  if (places.length > 0) {
    const sure: string[] = []
    for await (const twin of twins(m, place, place.among(places))) {
      const change = wanted.get(hash(twin.row))?.find((c) => sameBytes(c.before as Uint8Array, twin.row))
      if (change === undefined) continue
      wanted.get(hash(twin.row))?.splice((wanted.get(hash(twin.row)) ?? []).indexOf(change), 1)
      sure.push(twin.place)
      done.push({ change, result: 'written', why: '', image: { before: twin.own, after: null } })
    }
    if (sure.length > 0) await m.db.execute(m.sql.remove(m.plan.target, place.among(sure)))
  }
  const gone = [...wanted.values()].flat().map((c) => left(c, 'changed', 'fewer such rows are there than were seen'))
  return [...done, ...gone]
}

/** Rows with their places; those of a predicate are locked. */
async function* twins(m: Mendable, place: RowPlace, where: string | undefined): AsyncGenerator<Twin> {
  const { columns, held } = readingOf(m.plan, m.own)
  const placed: WireColumn = { name: 'naru_place', column: TEXT, wire: { kind: 'text' }, expression: place.expression }
  const source = m.db.source(m.plan.target, [...columns, placed], { key: null, where, lock: where !== undefined })
  for await (const batch of source.read({ kind: 'all' }, readOptions())) {
    for (let i = 0, at = 0; i < batch.rows; i++) {
      const one = pick(batch.bytes, at, [columns.length])
      yield { place: Buffer.from(one.subarray(6)).toString('utf8'), ...held(batch.bytes, at) }
      at = skipRow(batch.bytes, at)
    }
    batch.release()
  }
}
