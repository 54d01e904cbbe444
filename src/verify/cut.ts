/** Cuts a stream of rows where the chunks of a copy were cut, whatever the batches are, and hashes each piece. */
import type { TupleHasher } from '../core/digest.ts'
import { ByteWriter } from '../core/writer.ts'
import type { RowCursor } from './cursor.ts'

/** A piece of the stream. */
export interface Piece {
  readonly rows: number
  readonly digest: string
}

/**
 * The pieces of `cuts[i]` rows each. A stream that ends early yields a shorter last piece or fewer; rows beyond the last cut
 * yield one more piece whose digest is no hash and equals no chunk's.
 */
export async function cutDigests(cursor: RowCursor, cuts: readonly number[], hasher: TupleHasher): Promise<Piece[]> {
  const pieces: Piece[] = []
  const store = new ByteWriter(64)
  for (const cut of cuts) {
    const piece = await takePiece(cursor, cut, hasher, store)
    if (piece !== null) pieces.push(piece)
    if (piece === null || piece.rows < cut) return pieces
  }
  const beyond = await countRest(cursor)
  if (beyond > 0) pieces.push({ rows: beyond, digest: `${beyond} rows more` })
  return pieces
}

async function takePiece(
  cursor: RowCursor,
  cut: number,
  hasher: TupleHasher,
  store: ByteWriter,
): Promise<Piece | null> {
  if (!(await cursor.fill())) return null
  if (cursor.left >= cut) {
    const rows = cursor.look(cut)
    const digest = hasher.stream(rows.bytes, cut)
    cursor.advance(rows)
    return { rows: cut, digest }
  }
  store.at = 0
  let taken = 0
  while (taken < cut && (await cursor.fill())) {
    const n = Math.min(cut - taken, cursor.left)
    const rows = cursor.look(n)
    store.raw(rows.bytes)
    cursor.advance(rows)
    taken += n
  }
  return { rows: taken, digest: hasher.stream(store.bytes.subarray(0, store.at), taken) }
}

async function countRest(cursor: RowCursor): Promise<number> {
  let rows = 0
  while (await cursor.fill()) {
    rows += cursor.left
    cursor.advance(cursor.look(cursor.left))
  }
  return rows
}
