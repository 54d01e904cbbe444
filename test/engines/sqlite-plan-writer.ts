/** A process that runs the statements of a plan (JSON on its standard input) in one transaction of the SQLite file it is given; a point for each. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Step } from '../../src/core/change.ts'
import { sqlite } from '../../src/engines/sqlite/index.ts'

const steps = JSON.parse(readFileSync(0, 'utf8')) as Step[]
const db = await sqlite.open(sqlite.parse(`sqlite:${process.argv[2]}`), { role: 'target' })
for (const step of steps.filter((s) => !s.inTransaction).slice(0, 1)) await db.execute(step.sql)
await db.execute('BEGIN')
for (const step of steps.filter((s) => s.inTransaction)) {
  await db.execute(step.sql)
  process.stdout.write('.')
  await sleep(5)
}
// Never committed: whoever started this kills it.
setInterval(() => {}, 1000)
