/** The worker thread behind a lane: does what it is told, one message at a time, and answers each. */
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromLane, LaneSetup, ToLane } from './lane-protocol.ts'
import type { WorkLane } from './lane-work.ts'

// Each thread asks for the cache itself, before it loads what is large: that is half of what a lane costs.
enableCompileCache()
const { packError } = await import('./lane-protocol.ts')
const { openWorkLane } = await import('./lane-work.ts')

const setup = workerData as LaneSetup
if (parentPort === null) throw new Error('lane-worker runs in a worker thread only')
const port = parentPort
const say = (message: FromLane) => port.postMessage(message)

async function answer(lane: WorkLane, message: ToLane): Promise<FromLane> {
  switch (message.type) {
    case 'copy':
      return { type: 'copied', outcome: await lane.copy(message.task) }
    case 'readback':
      return { type: 'read back', part: await lane.readback(message.table, message.task) }
    case 'rest':
      await lane.rest()
      return { type: 'resting' }
    case 'close':
      await lane.close()
      return { type: 'closed' }
  }
}

async function main(): Promise<void> {
  const lane = await openWorkLane(setup, (event) => say({ type: 'event', event }))
  port.on('message', async (message: ToLane) => {
    try {
      say(await answer(lane, message))
    } catch (error) {
      say({ type: 'failed', error: packError(error) })
    }
    if (message.type === 'close') port.close()
  })
  say({ type: 'ready' })
}

main().catch((error: unknown) => {
  say({ type: 'failed', error: packError(error) })
  port.close()
})
