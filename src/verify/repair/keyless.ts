/** Rows without a key: one of several twins is as good as another, and is found by where it lies. */
import { tupleHasher } from '../../core/digest.ts'
import type { RowPlace } from '../../core/mend.ts'
import { skipRow } from '../../core/wire.ts'
import { readOptions } from '../side.ts'
import { attempt } from './attempt.ts'
import { type Changed, left, type RowChange } from './change.ts'
import { type Mendable, readingOf } from './mendable.ts'
import { placeAt, placeColumn } from './place.ts'
import { referredPlaces } from './refer.ts'
import { sameBytes } from './tuple.ts'
import type { RowWriter } from './writer.ts'

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

/** A twin that is to go, for one of the changes. */
interface Chosen extends Twin {
  readonly change: RowChange
}

async function deletions(m: Mendable, changes: readonly RowChange[]): Promise<Changed[]> {
  const place = m.sql.place(m.plan.target)
  if (place === null)
    return changes.map((c) => left(c, 'refused', 'the table has no key, and its engine does not tell equal rows apart'))
  const places = await placesOf(m, place, changes)
  const { chosen, held } = await locked(m, place, places, changes)
  const referred = await referredPlaces(
    m,
    place,
    chosen.map((c) => c.place),
  )
  const free = chosen.filter((c) => !referred.has(c.place))
  await remove(m, place, free, held)
  const done = new Set(chosen.map((c) => c.change))
  return [
    ...free.map(
      ({ change, own }): Changed => ({ change, result: 'written', why: '', image: { before: own, after: null } }),
    ),
    ...chosen.flatMap(({ change, place }) => {
      const why = referred.get(place)
      return why === undefined ? [] : [left(change, 'deferred', why)]
    }),
    ...changes.filter((c) => !done.has(c)).map((c) => left(c, 'changed', 'fewer such rows are there than were seen')),
  ]
}

function byHash(m: Mendable) {
  const hasher = tupleHasher(m.plan.columns.map((c) => c.wire))
  return (row: Uint8Array) => hasher.row(row, 0, row.length)
}

/** Where enough twins lie for the changes, as far as can be seen without a lock. */
async function placesOf(m: Mendable, place: RowPlace, changes: readonly RowChange[]): Promise<string[]> {
  const hash = byHash(m)
  const open = new Map<bigint, number>()
  for (const c of changes) open.set(hash(c.before as Uint8Array), (open.get(hash(c.before as Uint8Array)) ?? 0) + 1)
  const places = new Set<string>()
  for await (const twin of twins(m, place, undefined)) {
    const left = open.get(hash(twin.row)) ?? 0
    if (left === 0) continue
    places.add(twin.place)
    open.set(hash(twin.row), left - 1)
  }
  return [...places]
}

/** Locks what lies at the places; which of it goes for which change, and how many rows each place holds. */
async function locked(m: Mendable, place: RowPlace, places: readonly string[], changes: readonly RowChange[]) {
  const hash = byHash(m)
  const wanted = Map.groupBy(changes, (c) => hash(c.before as Uint8Array))
  const chosen: Chosen[] = []
  const held = new Map<string, number>()
  if (places.length === 0) return { chosen, held }
  for await (const twin of twins(m, place, place.among(places))) {
    held.set(twin.place, (held.get(twin.place) ?? 0) + 1)
    const of = wanted.get(hash(twin.row)) ?? []
    const at = of.findIndex((c) => sameBytes(c.before as Uint8Array, twin.row))
    if (at >= 0) chosen.push({ ...twin, change: of.splice(at, 1)[0] })
  }
  return { chosen, held }
}

/** All that lies at a place goes in one statement with other such places; a part of it goes by number. */
async function remove(
  m: Mendable,
  place: RowPlace,
  chosen: readonly Chosen[],
  held: ReadonlyMap<string, number>,
): Promise<void> {
  const going = Map.groupBy(chosen, (c) => c.place)
  const whole = [...going].filter(([at, of]) => of.length === held.get(at)).map(([at]) => at)
  if (whole.length > 0) await m.db.execute(m.sql.remove(m.plan.target, place.among(whole)))
  for (const [at, of] of going) {
    if (of.length < (held.get(at) ?? 0)) await m.db.execute(m.sql.remove(m.plan.target, place.among([at]), of.length))
  }
}

/** Rows with their places; those of a predicate are locked. */
async function* twins(m: Mendable, place: RowPlace, where: string | undefined): AsyncGenerator<Twin> {
  const { columns, held } = readingOf(m.plan, m.own)
  const source = m.db.source(m.plan.target, [...columns, placeColumn(place)], {
    key: null,
    where,
    lock: where !== undefined,
  })
  for await (const batch of source.read({ kind: 'all' }, readOptions())) {
    for (let i = 0, at = 0; i < batch.rows; i++) {
      yield { place: placeAt(batch.bytes, at, columns.length), ...held(batch.bytes, at) }
      at = skipRow(batch.bytes, at)
    }
    batch.release()
  }
}
