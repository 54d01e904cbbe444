/** What a loaded state is, and what loading one needs. */

import type { Capabilities } from '../core/capabilities.ts'
import type { Address } from '../core/engine.ts'
import type { Schema } from '../core/schema.ts'
import type { SchemaChoice } from '../core/schema-choice.ts'

export interface State {
  /** For people; no password in it. */
  readonly label: string
  readonly kind: 'database' | 'drizzle' | 'sql' | 'snapshot' | 'revisions'
  readonly schema: Schema
  /** Of live databases only. */
  readonly address?: Address
  /** What that database can do, as far as a server was there to be asked. */
  readonly can?: Capabilities
}

export interface StateOptions {
  /** A name of the config or an address → Address. */
  readonly address: (nameOrUrl: string) => Promise<Address>
  /** Names that the config gives to databases: they come before files of the same name. */
  readonly names: readonly string[]
  /** Relative paths start here. */
  readonly cwd: string
  /** Engine that SQL files are written for (postgres, mysql, sqlite): that of the other side. Also `mariadb` and `pglite`. */
  readonly engine?: string
  /** `--dev-url`: see ScratchOptions. */
  readonly dev?: Address
  /** A server on which the user permits a temporary schema: see ScratchOptions. */
  readonly beside?: Address
  /** PostgreSQL: the schema that is meant, where the text does not say it. Default: public. */
  readonly schema?: SchemaChoice
}
