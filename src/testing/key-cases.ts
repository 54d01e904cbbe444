/** Keys to page by. */
import type { LogicalType } from '../core/schema.ts'

/** Keys of one kind: what a table is paged by. */
export interface KeyCase {
  readonly name: string
  readonly types: readonly LogicalType[]
  /** The key of row n, unique for every n ≥ 0. */
  key(n: number): string[]
  /** Left out where the engine's closest type loses something. */
  readonly exactly?: boolean
}

/** 64-bit integers. */
export const INT: LogicalType = { kind: 'int', bits: 64 }
/** Rows of a paged table. */
export const ROWS = 240

/** Keys that databases are known to sort in ways of their own. */
export const CASES: readonly KeyCase[] = [
  { name: 'integers below and above zero', types: [INT], key: (n) => [String((n - 120) * 7)] },
  {
    name: 'unsigned integers beyond 2^63',
    types: [{ kind: 'int', bits: 64, unsigned: true }],
    key: (n) => [String(2n ** 63n - 100n + BigInt(n))],
    exactly: true,
  },
  {
    name: 'composite keys',
    types: [{ kind: 'int', bits: 32 }, { kind: 'text', max: 20 }, { kind: 'date' }],
    key: (n) => [
      String((n % 3) - 1),
      `k${n % 10}`,
      `20${String(10 + Math.floor(n / 30)).padStart(2, '0')}-02-0${1 + (n % 9)}`,
    ],
  },
  {
    name: 'texts in many scripts',
    types: [{ kind: 'text', max: 40 }],
    key: (n) => [
      `${['', 'a', 'B', 'ä', 'z', '한', 'я', "'", '\\', '%', '_', '"'][n % 12]}${n}${['', ' x', 'é', '😀'][n % 4]}`,
    ],
  },
  {
    name: 'uuids',
    types: [{ kind: 'uuid' }],
    key: (n) => {
      const hex = ((BigInt(n + 1) * 0x9e3779b97f4a7c15f39cc0605cedc835n) % 2n ** 128n).toString(16).padStart(32, '0')
      return [hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')]
    },
  },
  {
    name: 'bytes',
    types: [{ kind: 'bytes', max: 8 }],
    key: (n) => [`${((n * 37) % 256).toString(16).padStart(2, '0')}00${n.toString(16).padStart(4, '0')}`],
  },
  {
    name: 'decimals',
    types: [{ kind: 'decimal', precision: 20, scale: 4 }],
    key: (n) => [`${n - 100}.${String((n * 13) % 10000).padStart(4, '0')}`],
  },
  {
    name: 'timestamps',
    types: [{ kind: 'timestamp', fraction: 6, zone: false }],
    key: (n) => [
      `2024-0${1 + (n % 9)}-1${n % 10} 12:00:00.${String(n * 1000 + 1)
        .padStart(6, '0')
        .replace(/0+$/, '')}`,
    ],
  },
]
