/** Parts of a comparison as lines of text: keys, bytes and sums come back exactly. */
import { type Key, parseKey, parseRange, serializeKey, serializeRange } from '../core/key.ts'
import { parseSum, sumText } from '../core/sum.ts'
import type { KeptCut, KeptPair, KeptPart } from '../verify/memory.ts'
import type { SideTally, Unreadable } from '../verify/tally.ts'

/** A value as JSON text whose keys, bytes and big numbers `parseKept` reads back. */
export function serializeCut(cut: KeptCut): object {
  return { ranges: cut.ranges.map(serializeRange), ofRanges: cut.ofRanges }
}

/** The inverse of `serializeCut`. */
export function parseCut(raw: { ranges: string[]; ofRanges: number }): KeptCut {
  return { ranges: raw.ranges.map(parseRange), ofRanges: raw.ofRanges }
}

interface RawPart {
  readonly end: number
  readonly source: readonly [number, string]
  readonly target: readonly [number, string]
  readonly unreadable: readonly (readonly [string, Omit<Unreadable, 'reject'> & { reject: RawReject }])[]
  readonly unreadableCount: number
  readonly moved: number
  readonly restless: readonly string[]
  readonly pairs: readonly RawPair[]
  readonly notes: readonly string[] | null
}

type RawPair = readonly [string, string | null, string | null, readonly [string, number] | null]
type RawReject = Omit<Unreadable['reject'], 'key'> & { readonly key: string }

const side = ({ rows, sum }: SideTally): [number, string] => [rows, sumText(sum)]
const bytes = (b: Uint8Array | null) =>
  b === null ? null : Buffer.from(b.buffer, b.byteOffset, b.byteLength).toString('base64')
const unbytes = (text: string | null) => (text === null ? null : new Uint8Array(Buffer.from(text, 'base64')))

/** A part as plain JSON. */
export function serializePart(part: KeptPart): object {
  const raw: RawPart = {
    ...part,
    source: side(part.source),
    target: side(part.target),
    unreadable: part.unreadable.map(([id, row]) => [
      id,
      { ...row, reject: { ...row.reject, key: serializeKey(row.reject.key) } },
    ]),
    pairs: serializePairs(part.pairs),
  }
  return raw
}

/** The inverse of `serializePart`. */
export function parsePart(raw: object): KeptPart {
  const part = raw as RawPart
  const tally = ([rows, sum]: readonly [number, string]): SideTally => ({ rows, sum: parseSum(sum) })
  const key = (text: string): Key | null => parseKey(text)
  return {
    ...part,
    source: tally(part.source),
    target: tally(part.target),
    unreadable: part.unreadable.map(([id, row]) => [
      id,
      { ...row, reject: { ...row.reject, key: key(row.reject.key) } },
    ]),
    pairs: parsePairs(part.pairs),
  }
}

/** Rows that differ as plain JSON. */
export function serializePairs(pairs: readonly KeptPair[]): RawPair[] {
  return pairs.map(({ key, source, target, place }) => [
    serializeKey(key),
    bytes(source),
    bytes(target),
    place === null ? null : [serializeKey(place.after), place.targetBefore],
  ])
}

/** The inverse of `serializePairs`. */
export function parsePairs(raw: readonly RawPair[]): KeptPair[] {
  return raw.map(([key, source, target, place]) => ({
    key: parseKey(key),
    source: unbytes(source),
    target: unbytes(target),
    place: place === null ? null : { after: parseKey(place[0]), targetBefore: place[1] },
  }))
}
