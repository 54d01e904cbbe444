/** Version of the installed package. */
import { createRequire } from 'node:module'

/** From package.json. */
export function version(): string {
  return (createRequire(import.meta.url)('../../package.json') as { version: string }).version
}
