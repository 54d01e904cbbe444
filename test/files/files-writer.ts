/** A process that moves files, to be killed: `node files-writer.ts STORE-JSON LEDGER.db ADDRESS-PREFIX COUNT`. */
import { sqlite } from '../../src/engines/sqlite/index.ts'
import { moveAll, storeOf } from './moving.ts'

const [config, path, prefix, count] = process.argv.slice(2)
await using database = await sqlite.open(sqlite.parse(`sqlite:${path}`), { role: 'target' })
const ledger = database.fileLedger!()
await ledger.prepare()
const addresses = Array.from({ length: Number(count) }, (_, i) => `${prefix}${i}.png`)
const before = process.memoryUsage().rss
let most = before
const timer = setInterval(() => {
  most = Math.max(most, process.memoryUsage().rss)
}, 20)
const { tally } = await moveAll(storeOf(JSON.parse(config), import.meta.dirname), ledger, addresses)
clearInterval(timer)
process.stdout.write(JSON.stringify({ ...tally, grown: most - before }))
