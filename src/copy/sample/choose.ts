/** Which rows of a table a sample takes of itself: those whose key, hashed with a seed, gives the least numbers. */
import { hash } from 'node:crypto'
import { ByteWriter } from '../../core/writer.ts'

/** A number in [0, 1) for the bytes of a key: always the same for the same seed and table, and spread evenly over any keys. */
export function chanceOf(seed: number, table: string): (key: string) => number {
  const w = new ByteWriter(256)
  w.string(`${seed}\n${table}\n`)
  const start = w.at
  return (key) => {
    w.at = start
    w.string(key)
    const digest = hash('sha256', w.bytes.subarray(0, w.at), 'buffer')
    return digest.readUIntBE(0, 6) / 2 ** 48
  }
}

/** Below this chance lie at least `wanted` of `rows` rows, but for a case in many millions. */
export function enough(wanted: number, rows: number): number {
  return rows === 0 ? 1 : Math.min(1, (wanted + 6 * Math.sqrt(wanted) + 20) / rows)
}

/**
 * About how many rows of each table are taken, with those that others need: `parents` of each row are taken for any of them by even chance.
 */
export function expectedRows(
  rows: readonly number[],
  own: readonly number[],
  edges: readonly { readonly from: number; readonly to: number }[],
): number[] {
  let taken = [...own]
  for (let round = 0; round < rows.length + 1; round++) {
    taken = rows.map((all, n) => {
      const asking = edges.reduce((sum, e) => (e.to === n && e.from !== n ? sum + taken[e.from] : sum), 0)
      const left = all - own[n]
      return left <= 0 || all === 0 ? own[n] : own[n] + left * (1 - Math.exp(-asking / all))
    })
  }
  return taken.map(Math.round)
}
