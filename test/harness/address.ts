/** What a text names as a database, with nothing of a configuration around it. */
import type { Address } from '../../src/core/engine.ts'
import { engineFor } from '../../src/engines/index.ts'

/** The address of a URL. */
export async function address(url: string): Promise<Address> {
  return (await engineFor(url.slice(0, url.indexOf(':')))).parse(url)
}
