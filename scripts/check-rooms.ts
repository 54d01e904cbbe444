/** `node scripts/check-rooms.ts`: prints every import that breaks a rule of scripts/rooms.ts; exit 1 where there is one. */
import { join } from 'node:path'
import { breaches, describeBreach } from './cruise.ts'

const found = await breaches(join(import.meta.dirname, '..'))
for (const breach of found) process.stdout.write(`${describeBreach(breach)}\n`)
process.exitCode = found.length === 0 ? 0 : 1
