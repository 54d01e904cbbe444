/** All records of a store, a page of the ledger at a time. */
import type { FileLedger, FileRecord, FileState } from '../../core/file-ledger.ts'

const PAGE = 1000

/** Records in the order of their ids. */
export async function* records(
  ledger: Pick<FileLedger, 'page'>,
  store: string,
  states?: readonly FileState[],
): AsyncGenerator<readonly FileRecord[]> {
  let after: string | null = null
  for (;;) {
    const page: readonly FileRecord[] = await ledger.page(store, { after, limit: PAGE, states })
    if (page.length > 0) yield page
    if (page.length < PAGE) return
    after = page[page.length - 1].id
  }
}
