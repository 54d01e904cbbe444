/**
 * Carrying out the rows of a plan: chunk by chunk in their order, then once more those that other rows stood in the way of, for as long as
 * that helps. What is stored already is passed over, so that a repair that broke off goes on where it was.
 */
import { NaruError } from '../../core/error.ts'
import { type Account, addChanges, addRecord, deferred, newAccount } from './account.ts'
import type { CarryOutInput } from './carry-out-input.ts'
import { bytesOf, type PlannedRow } from './change.ts'
import { runChunk } from './chunk.ts'
import { untie } from './untie.ts'

/** Rows and bytes of a transaction. Never to be changed: who continues a repair cuts it as whoever began it. */
const CHUNK = { rows: 1000, bytes: 1 << 20 } as const
/** Rows that stood in each other's way are tried together. */
const AGAIN = { rows: 5000, bytes: 8 << 20 } as const

/** Carries out all rows. Throws STOPPED between two chunks when the signal fires, and what the databases throw. */
export async function carryOut(i: CarryOutInput): Promise<Account> {
  const account = newAccount()
  for (const chunk of await i.ledger.chunks(i.repair)) addRecord(account, chunk)
  const skip = account.passed
  for await (const part of chunked(i.rows(), (row) => row.change.n > skip, firstSize(i)))
    await chunk(i, account, part, true)
  const tangled = await again(i, account)
  for (const n of deferred(account)) account.others.set(n, giveUp(tangled.get(n) ?? account.others.get(n)?.[1] ?? ''))
  return account
}

function firstSize(i: CarryOutInput) {
  return { rows: CHUNK.rows, bytes: i.chunkBytes ?? CHUNK.bytes }
}

/** Few rows are tried in other company before they are given up: one that nothing helps spoils a load for those beside it. */
const STALLS = { passes: 4, rows: 200 } as const

/** Tries what other rows stood in the way of, for as long as that helps. Gives back why circles of rows could not be written. */
async function again(i: CarryOutInput, account: Account): Promise<ReadonlyMap<number, string>> {
  let tangled: ReadonlyMap<number, string> = new Map()
  let stalls = 0
  for (let before = -1; ; ) {
    const open = deferred(account)
    stalls = open.size === before ? stalls + 1 : 0
    if (open.size === 0 || stalls > (open.size <= STALLS.rows ? STALLS.passes : 0)) return tangled
    before = open.size
    // Rows that wait for a circle of others come after it.
    if (stalls === 0) {
      const most = firstSize(i)
      tangled = await untie({ carry: i, account, open, most, turn: (rows) => turn(i, account, rows) })
    }
    const rest = deferred(account)
    for await (const part of chunked(i.rows(), (row) => rest.has(row.change.n), AGAIN)) {
      await chunk(i, account, stalls === 0 ? part : shuffled(part), false)
    }
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const all = [...items]
  for (let n = all.length - 1; n > 0; n--) {
    const other = Math.floor(Math.random() * (n + 1))
    ;[all[n], all[other]] = [all[other], all[n]]
  }
  return all
}

/** What stood in the way to the end is a refusal; locks of others are a failure. */
function giveUp(why: string): readonly ['refused' | 'failed', string] {
  return [why.startsWith('others held') ? 'failed' : 'refused', why]
}

/** Waits until rows may be written. Throws STOPPED when the signal fires. */
async function turn(i: CarryOutInput, account: Account, part: readonly PlannedRow[]): Promise<void> {
  await i.ready?.(
    part.length,
    part.reduce((n, row) => n + bytesOf(row), 0),
  )
  if (i.signal?.aborted) {
    throw new NaruError('STOPPED', 'the repair was stopped between two chunks', {
      hint: 'Apply the same plan again: it continues.',
      state: `${account.written} rows are mended, each with its image before; the rest is as it was`,
    })
  }
}

async function chunk(i: CarryOutInput, account: Account, part: readonly PlannedRow[], first: boolean): Promise<void> {
  await turn(i, account, part)
  const { table } = part[0]
  const changes = part.map((row) => row.change)
  const changer = await i.changer(table)
  const known = (await i.look?.(table, changes)) ?? []
  const settled = new Set(known.map((k) => k.change.n))
  const done = await runChunk({
    changer,
    ledger: i.ledger,
    repair: i.repair,
    seq: account.seq + 1,
    table,
    changes: changes.filter((c) => !settled.has(c.n)),
    known,
    quiet: i.quiet,
    listed: !first,
  })
  addChanges(account, done, first)
  i.done?.(table, done)
}

/** Runs of rows of one table and kind. */
async function* chunked(
  rows: AsyncIterable<PlannedRow>,
  wanted: (row: PlannedRow) => boolean,
  most: { readonly rows: number; readonly bytes: number },
): AsyncGenerator<PlannedRow[]> {
  let part: PlannedRow[] = []
  let bytes = 0
  for await (const row of rows) {
    if (!wanted(row)) continue
    const other = part.length > 0 && (part[0].table !== row.table || part[0].change.op !== row.change.op)
    if (other || part.length >= most.rows || (bytes >= most.bytes && part.length > 0)) {
      yield part
      part = []
      bytes = 0
    }
    part.push(row)
    bytes += bytesOf(row)
  }
  if (part.length > 0) yield part
}
