/**
 * One at a time: threads of this process that write into folders. Lanes turn rows into text beside each other; adding that text to a file and its
 * mark to the ledger is one lane's turn, short and without a pause in it.
 */
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import { NaruError } from '../../core/error.ts'

const NAME = 'naru: turn of folders'
/** How long a turn of others may take, in ms: they write and sync one chunk. */
const PATIENCE = 300_000

/** Made by the first thread that loads this engine; threads that it starts find it. 1: somebody's turn. */
function sharedFlag(): Int32Array {
  const known = getEnvironmentData(NAME) as unknown
  if (known instanceof SharedArrayBuffer) return new Int32Array(known)
  const made = new SharedArrayBuffer(4)
  setEnvironmentData(NAME, made as unknown as Parameters<typeof setEnvironmentData>[1])
  return new Int32Array(made)
}

const flag = sharedFlag()
/** Turns within turns of this thread. */
let depth = 0

function take(): void {
  while (Atomics.compareExchange(flag, 0, 0, 1) !== 0) {
    if (Atomics.wait(flag, 0, 1, PATIENCE) === 'timed-out') {
      throw new NaruError('FILE_UNREADABLE', 'another lane does not come to the end of a chunk', {
        why: `its file has not been written and synced in ${PATIENCE / 1000} s`,
        hint: 'Look at the disk, then give the same command again.',
      })
    }
  }
}

/** Does work that no other thread does at the same time. Synchronous, so that nothing of this thread comes in between either. */
export function inTurn<T>(work: () => T): T {
  if (depth === 0) take()
  depth++
  try {
    return work()
  } finally {
    depth--
    if (depth === 0) {
      Atomics.store(flag, 0, 0)
      Atomics.notify(flag, 0, 1)
    }
  }
}
