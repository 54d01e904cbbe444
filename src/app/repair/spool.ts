/** Rows on their way into a plan: a temporary file a table and kind, so that they leave in the order in which they are to be applied. */
import type { FileHandle } from 'node:fs/promises'
import type { RepairRow } from '../../core/repair.ts'
import { linesOf } from '../../disk/lines.ts'
import { namelessHandle } from '../../disk/nameless-file.ts'

const WAITING = 64 * 1024

/** A row that has no number yet. */
export type SpooledRow = Omit<RepairRow, 'n'>

interface Heap {
  readonly file: FileHandle
  text: string
}

/** Keeps rows until all tables have been compared; memory does not grow with them. */
export interface RowSpool extends AsyncDisposable {
  add(row: SpooledRow): Promise<void>
  /** Forgets the rows of a table. */
  restart(table: number): Promise<void>
  rows(table: number, op: RepairRow['op']): AsyncIterable<SpooledRow>
}

/** An empty spool; its files are gone when it is disposed, or with the process. */
export function rowSpool(): RowSpool {
  const heaps = new Map<string, Promise<Heap>>()
  const nameOf = (table: number, op: string) => `${table}-${op}`
  // Lanes ask side by side: what is opened is known before it is open.
  const heapOf = (name: string): Promise<Heap> => {
    const known = heaps.get(name)
    if (known !== undefined) return known
    const made = namelessHandle('rows of a repair').then((file): Heap => ({ file, text: '' }))
    heaps.set(name, made)
    return made
  }
  const flush = async (heap: Heap) => {
    const { text } = heap
    heap.text = ''
    if (text !== '') await heap.file.write(text)
  }
  return {
    async add(row) {
      const heap = await heapOf(nameOf(row.t, row.op))
      heap.text += `${JSON.stringify(row)}\n`
      if (heap.text.length > WAITING) await flush(heap)
    },
    async restart(table) {
      for (const op of ['insert', 'update', 'delete']) {
        const heap = await heaps.get(nameOf(table, op))
        if (heap === undefined) continue
        heap.text = ''
        await heap.file.truncate(0)
      }
    },
    async *rows(table, op) {
      const heap = await heaps.get(nameOf(table, op))
      if (heap === undefined) return
      await flush(heap)
      for await (const line of linesOf(heap.file.createReadStream({ start: 0, autoClose: false })))
        yield JSON.parse(line) as SpooledRow
    },
    async [Symbol.asyncDispose]() {
      for (const heap of heaps.values()) await heap.then(({ file }) => file.close()).catch(() => {})
    },
  }
}
