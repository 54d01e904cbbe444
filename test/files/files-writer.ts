/** A process that moves files, to be killed, or that kills itself: `node files-writer.ts STORE-JSON LEDGER.db ADDRESS-PREFIX COUNT`. */
import type { FileLedger } from '../../src/core/file-ledger.ts'
import { sqlite } from '../../src/engines/sqlite/index.ts'
import { moveAll, storeOf } from './moving.ts'

const [config, path, prefix, count] = process.argv.slice(2)
await using database = await sqlite.open(sqlite.parse(`sqlite:${path}`), { role: 'target' })
const kept = database.fileLedger!()
await kept.prepare()
/** `note:N`, `noted:N`: the process dies before, or after, the ledger has the first N files. */
const [moment, files] = (process.env.NARU_TEST_KILL ?? '').split(':')
let noted = 0
const dieAt = (here: string) => moment === here && noted >= Number(files) && process.kill(process.pid, 'SIGKILL')
const ledger: FileLedger = {
  ...kept,
  async note(records) {
    noted += records.length
    dieAt('note')
    const result = await kept.note(records)
    dieAt('noted')
    return result
  },
}
const addresses = Array.from({ length: Number(count) }, (_, i) => `${prefix}${i}.png`)
const before = process.memoryUsage().rss
let most = before
const timer = setInterval(() => {
  most = Math.max(most, process.memoryUsage().rss)
}, 20)
const { tally } = await moveAll(storeOf(JSON.parse(config), import.meta.dirname), ledger, addresses)
clearInterval(timer)
process.stdout.write(JSON.stringify({ ...tally, grown: most - before }))
