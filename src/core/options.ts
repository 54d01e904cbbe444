/** What a user may ask of plan, copy and verify: the command line, the config and the library give the same shape. */
import type { Policy } from './engine.ts'

export interface CopyOptions {
  /** Globs on table names; absent = all. */
  readonly tables?: readonly string[]
  readonly exclude?: readonly string[]
  /** Source table → predicate in the source's SQL. */
  readonly where?: Readonly<Record<string, string>>
  /** Source table (or table.column) → name on the target. */
  readonly rename?: Readonly<Record<string, string>>
  /** `table.column=type` or `type:NATIVE=type`, the later wins. */
  readonly casts?: readonly string[]
  /** `CODE` or `CODE:table.column`. */
  readonly accept?: readonly string[]
  /** `CODE` or `CODE:table.column` → what to do with such values. */
  readonly policies?: Readonly<Record<string, Policy>>
  /** A file that a plan was saved to: what the source answered then is not asked again. */
  readonly plan?: string
  readonly schemaOnly?: boolean
  readonly dataOnly?: boolean
  /** Default fail. */
  readonly ifExists?: 'fail' | 'append' | 'truncate' | 'drop'
  /** Tables that are there already are compared first; only units whose rows differ are copied again. */
  readonly incremental?: boolean
  /** `1%` or a number of rows of each table: these, spread over the keys, and whatever rows they cannot be without. */
  readonly sample?: string
  /** Which rows a sample takes; default 1. The same seed takes the same ones. */
  readonly sampleSeed?: number
  /** `orders.customer_id -> customers.id`: relations of the source that it does not declare, for a sample; beside those of its address. */
  readonly relations?: readonly string[]
  /** Case-insensitive uniqueness on PostgreSQL: a unique index on lower() (default), citext, or only reported. */
  readonly caseInsensitive?: 'lower' | 'citext' | 'report'
  /** Lanes; default from cores and servers. */
  readonly jobs?: number
  /** Bytes a second over all lanes, no limit when absent. */
  readonly rate?: number
  /** Rows a second over all lanes, no limit when absent. */
  readonly rowRate?: number
  /** Seconds that a replica may be behind; while one is further, reading waits. */
  readonly maxLag?: number
  /** `[source:|target:]QUERY OPERATOR NUMBER`: while one does not hold, reading waits. */
  readonly while?: readonly string[]
  /** Paths of SQL files for the target, before the first table and after everything. */
  readonly before?: string
  readonly after?: string
  /** Default digest. */
  readonly verify?: 'none' | 'count' | 'digest'
  /** stream: wire bytes read back and hashed here (default); digest: computed inside both databases. */
  readonly by?: 'stream' | 'digest'
  /** A count or a percentage of the table's rows, `0`, `25`, `0.1%`. */
  readonly maxRejects?: string
  /** Where refused rows go; default naru-rejects-RUN.ndjson in the working folder. */
  readonly rejects?: string
  readonly restart?: boolean
  readonly redo?: readonly string[]
  /** Within one engine: owners (MySQL: definers) and privileges are not carried over. */
  readonly noOwner?: boolean
  readonly noPrivileges?: boolean
  /** MySQL: no global read lock. */
  readonly noLock?: boolean
  /** Transfers: bytes of memory for look-ups, all lanes together, default 128 MB; what goes beyond lies in temporary files. */
  readonly lookupMemory?: number
  /** Target size of a unit and of a chunk; for tests and rare needs. */
  readonly unitRows?: number
  readonly chunkBytes?: number
}

/** What a user may ask of plan. */
export interface PlanOptions extends CopyOptions {
  /** Where to keep what the source answers about its values, for `plan` of the copy. */
  readonly save?: string
}

/** Forms of a complete list of rows that differ. */
export type DriftFormat = 'text' | 'json' | 'csv' | 'html'

/** A complete list of rows that differ. */
export interface DriftList {
  /** Null: standard output. */
  readonly file: string | null
  readonly format: DriftFormat
}

/** What a user may ask of verify: tables, rows and names as for a copy, and how to compare. */
export interface VerifyOptions extends Omit<CopyOptions, 'by'> {
  /**
   * stream: both sides are read and hashed here; digest: digests are computed inside both databases, and rows read where they differ;
   * auto: whichever suits engines, columns and link, table by table, and said.
   */
  readonly by?: 'stream' | 'digest' | 'auto'
  /** `1%` or a number of rows: compares ranges of keys spread over each table, and no others. Small tables are compared as a whole. */
  readonly sample?: string
  /** Which ranges a sample takes; default 1. The same seed takes the same ones while the table is the same. */
  readonly seed?: number
  /** Rows that are named in the report, per table; default 100. All are counted. */
  readonly limit?: number
  /** Seconds that a difference must last to count; default 0: rows that differ are read once more, at once. */
  readonly settle?: number
  /** Goes on with the comparison of these databases that was interrupted. */
  readonly continue?: boolean
  /** Writes all rows that differ. */
  readonly list?: DriftList
  /**
   * A certificate: made where the file is not there, otherwise compared with what both sides hold now. Rows are read for it: digests of
   * other ways are not the same.
   */
  readonly certificate?: string
  /**
   * Hashes every row, so that the report has a digest of each table on both sides. Rows that are read in one order are compared byte by
   * byte and need none; certificates always have them. Default false.
   */
  readonly digests?: boolean
  /** `column` or `table.column` → greatest difference of numbers that does not count, as a decimal text. */
  readonly tolerances?: Readonly<Record<string, string>>
  /**
   * `column` or `table.column`, as the source names them → only rows whose value is at least this one, on both sides. Tables without such
   * a column are compared as a whole.
   */
  readonly since?: Readonly<Record<string, string>>
  /** Table of the source (or transfer) → SQL of the target: only rows of its target for which it holds; `where` is for the source alone. */
  readonly targetWhere?: Readonly<Record<string, string>>
  /** Tables that are the same are remembered on the target, two hashes a row: a repair then knows who changed a row. */
  readonly remember?: boolean
  /** `column` or `table.column`, as the source names them: not compared. */
  readonly excludeColumns?: readonly string[]
}
