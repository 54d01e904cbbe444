/** Differences between two schemas, and the steps that carry them out: plain readonly data. */
import type { Capabilities } from './capabilities.ts'
import type {
  Check,
  Column,
  ForeignKey,
  Index,
  KeyConstraint,
  ObjectName,
  OtherObject,
  Schema,
  Table,
} from './schema.ts'

/** What is made, dropped or altered as a whole. */
export type SchemaObject =
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'object'; readonly object: OtherObject }

/** One property that differs, as text for people on both sides; null: not there. */
export interface Aspect {
  /** type, nullable, default, collation, columns, method, on delete, definition, owner … */
  readonly name: string
  readonly from: string | null
  readonly to: string | null
}

/** One part of a table that was added, dropped or altered: both wholes, and on an alteration what differs. A column with two names was renamed. */
interface PartEdit<Part extends string, Value> {
  readonly part: Part
  readonly from: Value | null
  readonly to: Value | null
  /** Empty unless both sides are there. */
  readonly aspects: readonly Aspect[]
}

export type Edit =
  | PartEdit<'column', Column>
  | PartEdit<'primary key', KeyConstraint>
  | PartEdit<'unique', KeyConstraint>
  | PartEdit<'index', Index>
  | PartEdit<'foreign key', ForeignKey>
  | PartEdit<'check', Check>
  /** A property of the table or object itself: comment, owner, grants, definition, an engine's option (its name in `name`); `value`: a label of an enum that was renamed. */
  | (PartEdit<'option', string> & { readonly name: string })
  /** Same columns, other order (where the engine can order them): names in order. */
  | PartEdit<'order', readonly string[]>

/**
 * `alter` carries both whole objects, so that any engine can rebuild it and anyone can undo it; a table with two names was renamed
 * (and may be altered besides).
 */
export type Change =
  | { readonly kind: 'create'; readonly object: SchemaObject }
  | { readonly kind: 'drop'; readonly object: SchemaObject }
  | {
      readonly kind: 'alter'
      readonly from: SchemaObject
      readonly to: SchemaObject
      readonly edits: readonly Edit[]
    }

/** What makes a step dangerous; its kind is what `--allow` takes. */
export interface Hazard {
  /**
   * drop-table, drop-column, drop-object: deletes data or an object. may-fail: fails where rows do not fit (NOT NULL, unique, check, foreign
   * key, narrower type). rewrite: writes the whole table anew. blocking: reads or writes wait meanwhile. lossy: values lose precision or are cut.
   */
  readonly kind: 'drop-table' | 'drop-column' | 'drop-object' | 'may-fail' | 'rewrite' | 'blocking' | 'lossy'
  /** One sentence for people, with names. */
  readonly what: string
  readonly table?: ObjectName
  readonly column?: string
  /** Query that yields one row with one number `n`: rows that would be lost, cut or refused. Valid before the step runs, on the unchanged schema. */
  readonly count?: string
  /** What `count` counts, in the plural: "rows with NULL". */
  readonly counted?: string
  /** Size of the table by the engine's statistics. */
  readonly rows?: number
  readonly bytes?: number
}

/** One statement (or a few that belong together, separated as the engine's `execute` takes them). */
export interface Step {
  readonly sql: string
  /** Why, in one line: becomes the comment before the statement. */
  readonly why: string
  /** What it is about, for the journal and for people: `table orders`, `index orders.orders_user_id_idx`. */
  readonly object: string
  /** False: must not run inside a transaction (CREATE INDEX CONCURRENTLY, PRAGMA foreign_keys). */
  readonly inTransaction: boolean
  /** It concerns this session alone and changes nothing that stays (SET, PRAGMA foreign_keys). */
  readonly session?: boolean
  readonly hazards: readonly Hazard[]
  /** How the server will do it, where it is known: INSTANT, INPLACE, COPY (MySQL). */
  readonly algorithm?: string
  /** A query that yields a row when the step is done already (asked after an interruption). */
  readonly done?: string
  /** Who gets or loses privileges, or becomes the owner, as `Database.grantees` names them: the server must know this account or role. */
  readonly grantee?: string
}

/** A difference that this engine, version or naru has no statement for: told, never hidden. */
export interface Unplanned {
  readonly object: string
  readonly why: string
}

export interface PlanInput {
  readonly from: Schema
  readonly to: Schema
  /** What must change in `from`, already normalized on both sides. */
  readonly changes: readonly Change[]
  readonly can: Capabilities
  /** Prefer statements that let others read and write meanwhile, at the cost of time (PostgreSQL: CONCURRENTLY, NOT VALID + VALIDATE). */
  readonly online?: boolean
}

export interface PlannedSteps {
  /** In executable order. */
  readonly steps: readonly Step[]
  readonly unplanned: readonly Unplanned[]
}

/** How an engine compares and changes its own schemas. Pure. */
export interface Planner {
  /**
   * The schema without what does not count as a difference (statistics, counters, texts that merely repeat what the model holds), spelled so
   * that equal meanings are equal data. Both sides of a diff pass through it.
   */
  normalize(schema: Schema): Schema
  /** What only both sides together can tell, before they are normalized. Absent: nothing. */
  align?(from: Schema, to: Schema): readonly [Schema, Schema]
  /** Whether column order can be altered, so that it is compared. */
  readonly ordersColumns: boolean
  plan(input: PlanInput): PlannedSteps
}
