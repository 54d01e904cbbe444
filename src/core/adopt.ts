/** Taking a database over from another tool that kept its versions: what is asked for, what was found, what became of it. */
import type { Side } from './plan.ts'

export interface AdoptOptions {
  /** The tool, where tables of several are there: alembic, django, flyway, prisma, drizzle, knex, typeorm … */
  readonly tool?: string
  /** Its table, where it is not called as usual. */
  readonly table?: string
  /** There is no tool: the database is taken over as it is. */
  readonly none?: boolean
  /** Also where the tool says that something is unfinished. */
  readonly force?: boolean
  readonly message?: string
  /** Id of the baseline; default: random. */
  readonly revId?: string
  /** Everything but writing: no file, no stamp. */
  readonly dryRun?: boolean
}

/** Something that a tool itself calls unfinished, and the way out of it. */
export interface Unfinished {
  readonly what: string
  readonly next: string
}

/** A tool's table of versions, read. */
export interface Bookkeeping {
  readonly tool: string
  readonly table: string
  /** Migrations (of Alembic: heads) that are applied. */
  readonly applied: number
  /** The last one, of several heads or applications each; empty: none is applied. */
  readonly last: readonly string[]
  readonly unfinished: readonly Unfinished[]
}

export interface AdoptReport {
  readonly database: Side
  /** Null: taken over without a tool. */
  readonly tool: Bookkeeping | null
  /**
   * planned: a dry run. adopted: proven and stamped. differs: a replay of the revisions is not what is there; nothing is stamped.
   */
  readonly outcome: 'planned' | 'adopted' | 'differs'
  readonly exit: 0 | 1
  /** The baseline; null: the folder had revisions already, and the database was compared with these. */
  readonly baseline: {
    readonly id: string
    readonly message: string
    /** As people write it; null: not written (a dry run). */
    readonly path: string | null
    readonly statements: number
    readonly text: string
  } | null
  /** Revisions that the database is at now, or would be. */
  readonly heads: readonly string[]
  /** Where it was replayed: PGlite 17.2 in memory …; null: the replay failed. */
  readonly where: string | null
  /** What differs between the replay and the database, one line each. */
  readonly remaining: readonly string[]
  /** Tables of the tool that stay where they are, each with the statement that removes it. */
  readonly left: readonly { readonly table: string; readonly drop: string }[]
  readonly notes: readonly string[]
}
