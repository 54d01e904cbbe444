/** The worker thread behind a lane: does what it is told, one message at a time, and answers each. */
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { LoadedLookup } from '../transfer/lookup.ts'
import type { FromLane, LaneSeed, ToLane } from './lane-protocol.ts'
import type { WaitingLane, WorkLane } from './lane-work.ts'
import type { LookupSource } from './lookups.ts'

// Each thread asks for the cache itself, before it loads what is large: that is half of what a lane costs.
enableCompileCache()
const { packError } = await import('./lane-protocol.ts')
const { connectWorkLane } = await import('./lane-work.ts')
const { engineFor } = await import('../engines/index.ts')

if (parentPort === null) throw new Error('lane-worker runs in a worker thread only')
const port = parentPort
const say = (message: FromLane) => port.postMessage(message)

for (const scheme of (workerData as LaneSeed).engines) await engineFor(scheme)

/** Look-ups of the table whose unit is being copied. */
let handed: readonly LoadedLookup[] = []
const lookups: LookupSource = { load: async () => handed, forget() {} }

let waiting: WaitingLane | null = null
let lane: WorkLane | null = null

function begun(): WorkLane {
  if (lane === null) throw new Error('a lane is told to work before it has begun')
  return lane
}

async function answer(message: ToLane): Promise<FromLane> {
  switch (message.type) {
    case 'connect':
      waiting = await connectWorkLane(message.ends, { lookups }, (event) => say({ type: 'event', event }))
      return { type: 'connected' }
    case 'begin':
      if (waiting === null) throw new Error('a lane is told to begin before it is connected')
      lane = await waiting.begin(message.setup)
      return { type: 'ready' }
    case 'copy':
      handed = message.lookups
      return { type: 'copied', outcome: await begun().copy(message.task) }
    case 'readback':
      return { type: 'read back', part: await begun().readback(message.table, message.task) }
    case 'rest':
      await begun().rest()
      return { type: 'resting' }
    case 'close':
      await (lane ?? waiting)?.close()
      return { type: 'closed' }
  }
}

port.on('message', async (message: ToLane) => {
  try {
    say(await answer(message))
  } catch (error) {
    say({ type: 'failed', error: packError(error) })
  }
  if (message.type === 'close') port.close()
})
