/** The Ledger of a CSV folder. */
import { rmSync } from 'node:fs'
import type { Ledger } from '../../core/ledger.ts'
import { guarded } from './files.ts'
import type { Folder } from './folder.ts'
import { LEDGER, type LedgerFile, storedUnits } from './ledger-file.ts'

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A Ledger over the folder's file. */
export function openLedger(folder: Folder, file: LedgerFile): Ledger {
  const marksOf = (run: string) =>
    file
      .read()
      .marks.filter((m) => m.mark.run === run)
      .sort((a, b) => byText(a.mark.unit, b.mark.unit) || a.mark.seq - b.mark.seq)
  return {
    idMap: (transfer) => ({ name: `naru_ids_${transfer}` }),
    async prepare() {
      folder.make()
    },
    async runs() {
      return [...file.read().runs.values()].sort((a, b) => byText(b.started, a.started) || byText(b.id, a.id))
    },
    async begin(run) {
      file.append({ run })
    },
    async update(run, change) {
      file.append({ update: { run, change } })
    },
    async addUnits(units) {
      if (units.length > 0) file.append({ units: storedUnits(units) })
    },
    async units(run) {
      return file
        .read()
        .units.filter((u) => u.run === run)
        .sort((a, b) => a.position - b.position)
    },
    async marks(run) {
      return marksOf(run).map((m) => m.mark)
    },
    async rejects(run) {
      return marksOf(run).flatMap((m) => m.rejects)
    },
    async stepDone(run, step) {
      if (!file.read().steps.get(run)?.has(step)) file.append({ step: { run, step } })
    },
    async steps(run) {
      return [...(file.read().steps.get(run) ?? [])]
    },
    async forget(run, table) {
      if (!file.exists()) return
      file.append({ forget: { run, ...(table !== undefined && { table }) } })
      if (table === undefined) file.compact()
    },
    async clean() {
      guarded('cannot remove the ledger', () => rmSync(folder.inside(LEDGER), { force: true }))
    },
  }
}
