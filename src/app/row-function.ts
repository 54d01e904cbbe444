/** Row functions by the name of their transfer: each thread imports the configuration for itself. */
import { NaruError } from '../core/error.ts'
import type { RowCall } from '../core/transfer.ts'
import type { FoundFunction, RowFunction } from '../transfer/context.ts'
import { membersOf, type Transfer } from '../transfer/define.ts'
import { loadConfig } from './config.ts'

/** The function of a transfer. Throws ROW_FUNCTION when it is not there any more, and what loading the configuration throws. */
export async function functionOf(call: RowCall): Promise<FoundFunction> {
  const found = call.module === null ? undefined : await exported(call.module, call.transfer)
  if (found?.row === undefined) {
    throw new NaruError('ROW_FUNCTION', `the transfer ${call.transfer} has no row function`, {
      why: call.module === null ? 'it was not given to this process' : `${call.module} does not export it`,
    })
  }
  return { run: found.row as unknown as RowFunction, into: [found.to, ...found.into] }
}

async function exported(module: string, name: string): Promise<Transfer | undefined> {
  const { config } = await loadConfig('.', module)
  return Object.values(config.transfers ?? {})
    .flatMap(membersOf)
    .find((t) => t.name === name)
}
