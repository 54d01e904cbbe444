/** vitest's globalSetup: one run for all workers, ended with them. */
import { RUN_ADDRESS, serveRun, startRun } from './run.ts'

/** Called by vitest before the first worker starts; the returned function after the last one ended. */
export default async function setup(): Promise<() => Promise<void>> {
  const run = startRun()
  const served = await serveRun(run)
  process.env[RUN_ADDRESS] = served.address
  return async () => {
    await served[Symbol.asyncDispose]()
    await run[Symbol.asyncDispose]()
  }
}
