/** Cuts a stream of rows where the chunks of a copy were cut, whatever the batches are, and hashes each piece. */
import type { TupleHasher } from '../core/digest.ts'
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
  for (const cut of cuts) {
    const piece = await takePiece(cursor, cut, hasher)
    if (piece !== null) pieces.push(piece)
    if (piece === null || piece.rows < cut) return pieces
  }
  const beyond = await countRest(cursor)
  if (beyond > 0) pieces.push({ rows: beyond, digest: `${beyond} rows more` })
  return pieces
}

async function takePiece(cursor: RowCursor, cut: number, hasher: TupleHasher): Promise<Piece | null> {
  const digest = hasher.stream()
  let taken = 0
  while (taken < cut && (await cursor.fill())) {
    const rows = cursor.look(Math.min(cut - taken, cursor.left))
    digest.add(rows.bytes, rows.count)
    cursor.advance(rows)
    taken += rows.count
  }
  return taken === 0 ? null : { rows: taken, digest: digest.end() }
}

async function countRest(cursor: RowCursor): Promise<number> {
  let rows = 0
  while (await cursor.fill()) {
    rows += cursor.left
    cursor.advance(cursor.look(cursor.left))
  }
  return rows
}
