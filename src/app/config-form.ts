/** What naru.config.ts may hold. */
import type { TlsOptions } from '../core/engine.ts'
import type { CopyOptions } from '../core/options.ts'
import type { Transfer, TransferGroup } from '../transfer/define.ts'
import type { Sync } from '../transfer/sync.ts'
import type { StoreConfig } from './store-form.ts'

/** A database with more than fits into an address. What stands here wins over the same thing in the address. */
export interface DatabaseConfig {
  /** postgres://, mysql://, mariadb://, sqlite:path, pglite:folder, csv:folder; `${NAME}` stands for an environment variable. */
  readonly url: string
  readonly user?: string
  /** The password, or a function that fetches it (a secret manager). */
  readonly password?: string | (() => string | Promise<string>)
  /** A file whose first line is the password (Docker and Kubernetes secrets). */
  readonly passwordFile?: string
  /** PostgreSQL: the schema to read from or write to, as `?schema=` takes it: `app`, `sales,hr`, `*`. */
  readonly schema?: string
  /**
   * Relations that the database does not declare as foreign keys, for `--sample`: `'orders.customer_id -> customers.id'`,
   * `'lines(shop, order_no) -> orders(shop, no)'`.
   */
  readonly relations?: readonly string[]
  /** Paths of PEM files, or PEM texts. */
  readonly tls?: {
    readonly mode?: TlsOptions['mode']
    readonly ca?: string
    readonly cert?: string
    readonly key?: string
  }
}

/** Defaults for plan, copy and verify; the command line goes before them. */
export interface CopyConfig
  extends Omit<CopyOptions, 'casts' | 'rate' | 'restart' | 'redo' | 'sample' | 'sampleSeed' | 'relations'> {
  /** `['users.flags=smallint', 'type:tinyint(1)=smallint']`, or the same as an object. */
  readonly casts?: readonly string[] | Readonly<Record<string, string>>
  /** Bytes a second, or a text such as `20MB`. */
  readonly rate?: number | string
}

/** Defaults for diff and apply; the command line adds to them. */
export interface DiffConfig {
  /** What does not count as a difference: `['comments', 'tables:tmp_*']`, see `naru diff --help`. */
  readonly ignore?: readonly string[]
}

/** Where versioned revisions live, and what they lead to. */
export interface RevisionsConfig {
  /** Folder of the files; default `migrations`. */
  readonly folder?: string
  /** Name or address of the database that `upgrade` and its kin work on; several where all are kept alike. */
  readonly database?: string | readonly string[]
  /** The desired state: a Drizzle module, .sql file or folder, snapshot, database or git:REV:path. */
  readonly models?: string
  /** postgres, pglite, mysql, mariadb or sqlite; default: that of the database. */
  readonly engine?: string
  /** PostgreSQL: the schema that holds `naru_version`; default: the schema that is altered. */
  readonly versionSchema?: string
  /** A server on which temporary databases may be made; default for `--dev-url`. */
  readonly dev?: string
  /** What does not count as a difference; adds to that of `diff`. */
  readonly ignore?: readonly string[]
}

/** Defaults for the commands of revisions; further environments by name (`--name`), each with all that differs from the defaults. */
export interface RevisionsSettings extends RevisionsConfig {
  readonly environments?: Readonly<Record<string, RevisionsConfig>>
}

/** What naru.config.ts exports. */
export interface NaruConfig {
  /** Names to use in place of addresses. */
  readonly databases?: Readonly<Record<string, string | DatabaseConfig>>
  readonly copy?: CopyConfig
  readonly diff?: DiffConfig
  readonly revisions?: RevisionsSettings
  /** Sets of mappings that run together: `naru copy NAME`; with `before` and `after` of the whole run as an object. */
  readonly transfers?: Readonly<Record<string, readonly Transfer[] | TransferGroup>>
  /** Jobs that keep the rows of transfers as their mappings make them: `naru sync NAME`. */
  readonly syncs?: readonly Sync[]
  /** Files behind the rows, by name. */
  readonly stores?: Readonly<Record<string, StoreConfig>>
}

/**
 * Types and completion for naru.config.ts; gives back what it is given.
 * @example
 * export default defineConfig({
 *   databases: { legacy: 'mysql://reader@old.example/shop', app: 'postgres://app@localhost/shop' },
 *   copy: { casts: { 'users.flags': 'smallint' }, policies: { 'ZERO_DATE:orders.shipped_at': 'null' } },
 * })
 */
export function defineConfig(config: NaruConfig): NaruConfig {
  return config
}
