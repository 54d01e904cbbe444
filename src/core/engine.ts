/** What an engine is. Values, not classes; `dialect` is pure; nothing here does I/O. */

import type { BaseLedger } from './base-ledger.ts'
import type { Capabilities } from './capabilities.ts'
import type { Planner } from './change.ts'
import type { FileLedger } from './file-ledger.ts'
import type { FolderAudit, Origin, Seal } from './folder.ts'
import type { Journal } from './journal.ts'
import type { Key, KeyRange, KeyValue } from './key.ts'
import type { Ledger, Mark, RejectRecord } from './ledger.ts'
import type { MendSql, Surroundings } from './mend.ts'
import type { RepairLedger } from './repair-ledger.ts'
import type { MissingRights, Undertaking } from './rights.ts'
import type { Column, ColumnType, ForeignKey, LogicalType, ObjectName, OtherObject, Schema, Table } from './schema.ts'
import type { SchemaChoice } from './schema-choice.ts'
import type { SyncLedger } from './sync-ledger.ts'
import type { WireType } from './wire.ts'

/** A value of a query result or parameter. Integers beyond 2^53 and int8 are bigint; decimals, dates and times are the engine's text (ISO); bytes are bytes. */
export type Value = null | boolean | number | bigint | string | Uint8Array
export type Row = Readonly<Record<string, Value>>

/**
 * Where a database is, parsed and complete: passwords already looked up. Plain data: it is handed to worker threads.
 * Never printed: `label` is the form for people.
 */
export interface Address {
  readonly engine: string
  readonly flavor?: string
  /** Without password; what logs, reports and the ledger show. */
  readonly label: string
  /** Host, port, user, password, database, socket, tls … as the engine's `connect` wants them. */
  readonly host?: string
  readonly port?: number
  readonly socket?: string
  readonly user?: string
  readonly password?: string
  readonly database?: string
  /** PostgreSQL: the schema to read from or write to, or several, from `?schema=`. */
  readonly schema?: SchemaChoice
  /** sqlite, pglite, csv: absolute path. */
  readonly path?: string
  readonly tls?: TlsOptions
  /** Relations that the database does not declare, as they are written (core/relation.ts). */
  readonly relations?: readonly string[]
  /** Further parameters of the address, as given. */
  readonly params: Readonly<Record<string, string>>
}

export interface TlsOptions {
  /** disable: never; prefer: where offered (no verification); require: always, unverified; verify-ca / verify-full: checked. */
  readonly mode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'
  /** PEM texts. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** What a rendering or conversion loses, in one sentence for people. */
export type Loss = string

/** A question about values of one column, answered by SQL in the source: the predicate is true for a row that is in trouble. */
export type Probe =
  | { readonly kind: 'zero-date' }
  | { readonly kind: 'time-beyond-day' }
  | { readonly kind: 'not-boolean' }
  /** Numbers below min or above max (decimal texts). */
  | { readonly kind: 'outside'; readonly min: string; readonly max: string }
  | { readonly kind: 'longer'; readonly max: number; readonly unit: 'characters' | 'bytes' }
  | { readonly kind: 'nul' }
  | { readonly kind: 'invalid-utf8' }
  | { readonly kind: 'double-utf8' }
  | { readonly kind: 'empty-enum' }
  | { readonly kind: 'not-in'; readonly values: readonly string[] }
  | { readonly kind: 'not-finite' }
  /** Dates or timestamps outside [min, max] (ISO texts) or infinite. */
  | { readonly kind: 'date-outside'; readonly min: string; readonly max: string }
  /** A value stored in a class other than the column's declared type and not readable as it (SQLite: text in an INTEGER column). */
  | { readonly kind: 'not-of-type'; readonly type: LogicalType }
  /** Readable as the declared type but stored as text (SQLite), or a number stored in a text column. */
  | { readonly kind: 'stored-otherwise'; readonly type: LogicalType }
  /** More digits after the point than the target keeps. */
  | { readonly kind: 'scale'; readonly scale: number }
  /** Text that is not JSON. */
  | { readonly kind: 'not-json' }
  /** float32 whose shortest decimal text differs from what a text-based cast would store. */
  | { readonly kind: 'float32-digits' }

/** How a finding is settled in place of the row's refusal. */
export type Policy = 'null' | 'clip' | 'replace' | 'reject' | 'fail'

/** One statement of the work around the rows, with the reason and a way to see whether it is done already. */
export interface DdlStep {
  readonly sql: string
  readonly why: string
  /** What it makes, for the ledger and for people: `index orders.orders_user_id_idx`. Unique within a plan. */
  readonly object: string
  /** A query that yields a row when the object is there already (asked on resume only). */
  readonly exists?: string
  /** May run beside other steps of its phase. */
  readonly parallel?: boolean
  /** How much work a row is, beside other steps of its phase: what takes longest begins first. 1 where nothing is said. */
  readonly work?: number
  /** A foreign key: `VALIDATE` is a step of its own and may find orphans. */
  readonly validates?: { readonly table: ObjectName; readonly foreignKey: ForeignKey }
}

/** Something of a table that an older server has no words for. */
export interface Unsaid {
  readonly table: ObjectName
  readonly kind: string
  readonly name: string
  readonly outcome: 'approximated' | 'left'
  readonly why: string
  /** SQL for the target to start from. */
  readonly stub?: string
}

/** A schema of a newer server in words that an older one of the same engine knows. */
export interface Sayable {
  readonly schema: Schema
  readonly unsaid: readonly Unsaid[]
  /** Objects whose statements the target would not understand, each with the reason. */
  readonly unsayable: ReadonlyMap<OtherObject, string>
}

/** Pure knowledge of an engine's SQL. */
export interface Dialect {
  readonly engine: string
  /** A quoted identifier. */
  quote(name: string): string
  /** A quoted, where needed qualified, table name. */
  table(name: ObjectName): string
  /** A literal of this engine for a value; text is escaped. */
  literal(value: Value): string
  parseType(native: string): ColumnType
  /** A script that does nothing and is refused where there is no such type or collation. Absent: every word is a type. */
  tryType?(native: string, collation: string | undefined): string
  /** The closest type of this engine for a meaning, with what is lost. `maxBytes`/index use may narrow it (MySQL: a text key must become varchar). */
  renderType(logical: LogicalType, o: RenderOptions): { readonly type: ColumnType; readonly loss?: Loss }
  /** How a column of this type travels to and from this engine without loss. */
  wire(type: ColumnType): WireType
  /** How a column travels between two databases of this engine, where that keeps more than `wire` (SQLite: storage classes). */
  exactWire?(type: ColumnType): WireType
  /** The value inside a field of a raw wire type, for people and as a key; absent: shown as hexadecimal. */
  rawValue?(native: string, field: Uint8Array): KeyValue
  /** Whether `source(...)` can send a column of `type` as `wire` at all (directly or through an SQL cast). */
  canRead(type: ColumnType, wire: WireType): boolean
  /** Predicate for a probe on a column (already quoted SQL expression), or null where the engine cannot hold such a value. */
  probe(probe: Probe, column: Column, expression: string): string | null
  /**
   * An aggregate that is 1 when no value of some ten thousand rows is in trouble, found without asking for each; any other result says
   * nothing. Probes of one column with the same aggregate share it. Null where there is none.
   */
  screen?(probe: Probe, column: Column, expression: string): string | null
  /** Expression that reads the column with the policy applied to values in trouble, or null where that policy makes no sense. */
  remedy(probe: Probe, policy: 'null' | 'clip' | 'replace', column: Column, expression: string): string | null
  /** Expression under which texts that a case- and blank-insensitive target holds for equal are equal. */
  fold(expression: string): string
  /** Expression whose values are equal only where the texts are, character by character, whatever the collation. */
  exactly(expression: string): string
  /**
   * SQL that gives a value's digest text (core/row-text.ts), NULL for NULL; null where it must not be computed inside the database:
   * JSON, arrays, and whatever is put into wire form in this process. Two different values never have one text. Reads `c.expression`
   * or the column. Goes with `RowSource.digest`.
   */
  canonicalText?(c: WireColumn): string | null
  /** SQL that gives for a value's digest text the one that it is mapped to, byte by byte. Null as `canonicalText`. */
  mappedText?(c: WireColumn, to: TextMap): string | null
  /** What a column's expression default or check or generated expression means elsewhere is not our business: same engine only. */
  ddl: Ddl
  /** What this engine's older servers have no words for; absent: `ddl` says it to each. */
  sayable?(source: Schema, target: Schema): Sayable
  /** Comparing and altering schemas; absent: this engine's schemas are not altered (CSV). */
  readonly planner?: Planner
  /** Changing single rows; absent: this engine's rows are not mended (CSV). */
  readonly mend?: MendSql
}

export interface RenderOptions {
  /** The column is part of a key or index. */
  readonly indexed: boolean
  readonly can: Capabilities
  /** Name for a type that must be created (enum): table_column unless the source named it. */
  readonly typeName: ObjectName
  /** Values of the source need not be of their column's type (SQLite's): a form that keeps them as they are is wanted, where there is one. */
  readonly loose?: boolean
}

/** Statements that build what a Schema of this engine describes, by phase. Every name is quoted. */
export interface Ddl {
  /** Before tables: schema, enums, domains, extensions, sequences that tables use. */
  before(schema: Schema): readonly DdlStep[]
  /** The table with columns, defaults, identity, checks that must be inline; PK and all the rest inline where the engine cannot add them later (SQLite) or wants them first (MySQL's clustered key). */
  table(table: Table): readonly DdlStep[]
  /** Indexes, unique ones included, and those that will back primary keys. */
  indexes(table: Table): readonly DdlStep[]
  /** Primary and unique constraints (from their indexes), checks, ON UPDATE triggers, comments. */
  constraints(table: Table): readonly DdlStep[]
  foreignKeys(table: Table): readonly DdlStep[]
  /** Makes a view, trigger, routine or event as the source has it, where that takes more than its definition (MySQL: the modes it runs under). */
  object?(object: OtherObject): string
  /**
   * Makes those that own what a copy has made its owners, and gives out the privileges on it: each statement by itself, in any number of runs.
   * Absent: the engine has neither.
   */
  access?(made: MadeObjects): readonly AccessStep[]
  /** The object as whoever makes it owns it, where its statement names an owner (MySQL: the definer); null: it names none. */
  unowned?(object: OtherObject): OtherObject | null
  /** The statement that gives the object, made without its owner, that owner. */
  owning?(object: OtherObject): string
  /** Sets the counter so that the next number handed out is at least `next`. */
  counter(table: Table, next: bigint): readonly DdlStep[]
  /** After everything: statistics. */
  after(table: Table): readonly DdlStep[]
  drop(table: ObjectName): string
  truncate(table: ObjectName): string
}

/** What a copy makes on the target, under the target's names. */
export interface MadeObjects {
  /** Name of the target's database or schema. */
  readonly name: string
  readonly tables: readonly Table[]
  readonly objects: readonly OtherObject[]
  /** Privileges that the database itself is to have. */
  readonly grants?: readonly string[]
  /** The target before the copy: its own privileges, those that it gives to what is made there, and what its engine needs to know to give them. */
  readonly present?: Pick<Schema, 'grants' | 'details' | 'others' | 'user'>
}

/** A statement about who owns something or what somebody may do with it. */
export interface AccessStep {
  readonly part: 'owner' | 'privileges'
  /** As `Database.grantees` names them. */
  readonly grantee: string
  readonly object: string
  readonly sql: string
}

export interface Engine {
  /** postgres, mysql, sqlite, csv */
  readonly name: string
  readonly schemes: readonly string[]
  readonly dialect: Dialect
  /** URL text → Address, without looking up passwords. Throws ADDRESS_INVALID. */
  parse(url: string): Address
  /** Throws CONNECT_FAILED, AUTH_FAILED, DATABASE_MISSING. */
  open(address: Address, o?: OpenOptions): Promise<Database>
}

export interface OpenOptions {
  /** source: read only; target: made where it is a file or folder that does not exist. */
  readonly role?: 'source' | 'target'
  /** Nothing is to be changed, so nothing is made either: a target that is not there yet is looked at as an empty one. */
  readonly look?: boolean
  /** Statements of the user's are asked over it: whatever would change something is refused by the database. */
  readonly readOnly?: boolean
  /** The schema of a database in use is to be changed: foreign keys are checked against the rows that are there (MySQL). */
  readonly alters?: boolean
  /** application_name and the like. */
  readonly name?: string
  /** An open database of the same address: what it found out about its server is not asked again. */
  readonly like?: Database
}

/** What a statement that broke off left behind, of use to nobody: an index that is not valid. */
export interface Debris {
  readonly object: string
  readonly name: string
  readonly why: string
  /** One statement, to be run outside a transaction. */
  readonly remove: string
}

/** How long statements of a session may take, in milliseconds; 0: without end. */
export interface Patience {
  /** Waiting for locks that others hold. */
  readonly lock?: number
  /** A statement in all, where the engine can end one (PostgreSQL, MariaDB; MySQL: SELECT alone). */
  readonly statement?: number
}

interface Scope {
  /** Only this schema, or these (PostgreSQL). */
  readonly schema?: SchemaChoice
  /** Also what tables use of schemas that are not read. */
  readonly crossing?: boolean
  /** A folder: as the database that it was written of, where it knows that; others are themselves. */
  readonly origin?: boolean
}

/** A session that another one waits for. */
export interface Blocker {
  /** `process 4711`, `connection 12`. */
  readonly session: string
  readonly user: string
  /** What it calls itself. */
  readonly application: string | null
  /** Where it comes from. */
  readonly place: string
  /** What it runs, or ran last; null: not told. */
  readonly query: string | null
  /** False: that query is over, and its transaction is still open. */
  readonly running: boolean
  /** Since its transaction began. */
  readonly seconds: number | null
  /** False: the server does not say who it is; this one has a transaction open and may be it. */
  readonly certain: boolean
}

/**
 * How far replication is behind, as this server knows it. seconds: the farthest of those it knows of. stopped: it does not catch up by itself.
 * none: nothing replicates here that it could tell of. denied: the user may not ask. unknown: the server does not say now.
 */
export type ReplicationLag =
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'stopped' | 'none' | 'denied' | 'unknown'; readonly why: string }

/** One connection. Calls are run one after the other. */
export interface PartOptions {
  /** Rows of a part at most. */
  readonly rows: number
  /** Rows of the table, roughly. */
  readonly total: number
}

export interface TablePart {
  /** A predicate over the table's columns. */
  readonly sql: string
  /** Rows that it holds at most; null where only counting tells. */
  readonly most: number | null
  /** The part for `Database.look`. */
  readonly range?: KeyRange
  /** Whole numbers that this column of its rows lies between. */
  readonly between?: { readonly column: string; readonly low: bigint; readonly high: bigint }
}

/** A question to a plain column. */
export interface LookedAt {
  readonly column: string
  readonly probe: Probe
}

export interface Look {
  /** Rows of the part. */
  readonly rows: number
  /** For each question: whether no value is in trouble. False says nothing. */
  readonly clear: readonly boolean[]
}

export interface Database extends AsyncDisposable {
  readonly engine: Engine
  readonly address: Address
  /** postgres, pglite, mysql, mariadb, sqlite, csv */
  readonly flavor: string
  readonly version: string
  readonly can: Capabilities
  query(sql: string, params?: readonly Value[]): Promise<Row[]>
  /** Runs a script of one or more statements, results thrown away. */
  execute(sql: string): Promise<void>
  inspect(scope?: Scope): Promise<Schema>
  /** The types of a query's columns, without running it. Absent: expressions have none (SQLite). Throws QUERY_FAILED. */
  columnTypes?(sql: string): Promise<readonly ColumnType[]>
  /**
   * Cuts a table into disjoint parts that cover it, as its rows lie, for questions that are cheaper to answer part by part. Empty where it cannot
   * be cut. Absent: cut by an integer key, if at all.
   */
  parts?(table: Table, o: PartOptions): Promise<readonly TablePart[]>
  /** Looks at the values of a part as they are stored, for less than SQL takes. Absent, or null: SQL has to be asked. */
  look?(table: ObjectName, range: KeyRange, at: readonly LookedAt[]): Promise<Look | null>
  /** Begins a consistent read; `o.lock` false: without the short global lock (MySQL). */
  snapshot(o: { readonly lock: boolean }): Promise<Snapshot>
  /** This connection reads inside that snapshot from now on, until `leave`. */
  join(token: SnapshotToken): Promise<void>
  leave(): Promise<void>
  source(table: Table, columns: readonly WireColumn[], o: SourceOptions): RowSource
  sink(table: Table, columns: readonly WireColumn[], o: SinkOptions): Promise<RowSink>
  /** The script that empties a table without firing its triggers. Absent: `ddl.truncate` does so. */
  emptying?(table: ObjectName): Promise<string>
  /** The ledger kept on this database, over this connection (core/sql-ledger for SQL engines). */
  ledger(): Ledger
  /** What is remembered of moved files, over this connection. Absent: no table can be kept here (CSV). */
  fileLedger?(): FileLedger
  /** Whether statements that make indexes may take further processors of the server, from now on. Absent: they take none. */
  setHelpers?(o: 'usual' | 'none'): Promise<void>
  /**
   * Keeps the server's own housekeeping away from these tables for as long as this connection is open; work on their rows goes on, what
   * alters them waits. Absent: it would not be in the way.
   */
  holdOffVacuum?(tables: readonly ObjectName[]): Promise<void>
  /** From now on. MySQL and MariaDB wait for locks in whole seconds, at least one. */
  setPatience?(o: Patience): Promise<void>
  /**
   * Keeps other narus from changing this database's schema until it is disposed, or the connection ends. Throws LOCK_TIMEOUT, which says who
   * holds it. Absent: a transaction keeps everybody out by itself (SQLite).
   */
  lock?(o: { readonly timeout: number; readonly signal?: AbortSignal }): Promise<AsyncDisposable>
  /**
   * Fills an object that holds rows of its own (a virtual table of SQLite) from the object of that name in another database of this engine,
   * unless it has rows already. Null: all came along; else why not. Absent: no such object has rows.
   */
  copyRows?(object: OtherObject, from: Address): Promise<string | null>
  /** What statements that broke off left behind; absent: none leaves anything. */
  debris?(): Promise<readonly Debris[]>
  /** What others call this connection; absent: nobody else can be in its way for long without being the same program. */
  sessionId?(): Promise<string>
  /** Who keeps that session waiting now, asked on another connection than its own. Where rights are missing: none, or fewer. */
  blockers?(session: string): Promise<readonly Blocker[]>
  /**
   * The session as the engine's own client (psql, mariadb, sqlite3) would find it, whatever was set in it before; locks stay. For scripts that
   * were written for such a client. Not within a transaction.
   */
  asClient?(): Promise<void>
  /**
   * A digest of how the objects look that a statement names. Where it is the same before and after, the statement did nothing that can be
   * seen. Absent: no statement outlives its session.
   */
  fingerprint?(statement: string): Promise<string>
  /** A folder: writes down the database that its rows come from, so that it can be made again from the files. Absent: not a folder. */
  describe?(origin: Origin): Promise<void>
  /** A folder: writes its manifest, after everything else, at once. */
  seal?(seal: Seal): Promise<void>
  /** A folder: that it is whole and as its manifest says. Throws FOLDER_INCOMPLETE, FOLDER_CHANGED. */
  check?(): Promise<void>
  /** A folder against its own manifest, file by file. Throws FOLDER_INCOMPLETE where there is none. */
  audit?(): Promise<FolderAudit>
  /**
   * Accounts and roles of the server, as `Step.grantee` names them; null: this user may not see them. Absent: the engine has none.
   */
  grantees?(): Promise<ReadonlySet<string> | null>
  /**
   * Of these owners, as `OtherObject.owner` names them, those that this user may name as definers. Absent: owners are no part of statements.
   */
  definers?(owners: readonly string[]): Promise<ReadonlySet<string>>
  /** What this user lacks for an undertaking, each object once; of files, what writing them takes. */
  missingRights?(u: Undertaking): Promise<readonly MissingRights[]>
  /** Takes back all privileges on this database and on what is in it. Absent: they go with the database. */
  revokeAll?(): Promise<void>
  /** What an alteration has done so far; absent: one transaction holds all of it. */
  journal?(): Journal
  /** A replica: how far it is behind; a primary: how far its replicas are. Not within a snapshot. Absent: no replication. */
  lag?(): Promise<ReplicationLag>
  /** What this database remembers of rows that were the same; absent where rows are not mended. */
  bases?(): BaseLedger
  /** The repairs that this database remembers; absent where rows are not mended. */
  repairs?(): RepairLedger
  /** The runs of jobs that this database remembers; absent where rows are not mended. */
  syncs?(): SyncLedger
  /** What a table has around it that a change of its rows would touch. Goes with `Dialect.mend`. */
  surroundings?(table: Table): Promise<Surroundings>
  close(): Promise<void>
}

/** Plain data for worker threads. */
export interface SnapshotToken {
  readonly kind: 'export' | 'lock' | 'none'
  readonly id?: string
}

export interface Snapshot {
  readonly token: SnapshotToken
  /** Whether all who join see the very same moment; if not, `why` says so for people. */
  readonly consistent: boolean
  readonly why?: string
  /** Binlog position, LSN or null. */
  readonly position: string | null
  /** All lanes have joined: the lock (if any) is released; an exported snapshot stays until `close`. */
  joined(): Promise<void>
  close(): Promise<void>
}

/** A column as it is read from or written to one side. Field i of a tuple is column i of the list. */
export interface WireColumn {
  readonly name: string
  readonly column: Column
  readonly wire: WireType
  /** SQL that is read in place of the plain column (cast, policy). Source only. */
  readonly expression?: string
  /** SQL of the digest text itself, NULL for NULL. For digests only. */
  readonly digested?: string
}

/** Digest texts and what becomes of them; null is NULL. */
export interface TextMap {
  readonly entries: readonly (readonly [string, string | null])[]
  readonly ofNull: string | null
  /** For texts without an entry. */
  readonly otherwise: string | null
}

export interface SourceOptions {
  /** Key columns in order, all among the columns read; null = physical ranges or one stream. */
  readonly key: readonly string[] | null
  /** Predicate in the source's own SQL (from --where). */
  readonly where?: string
  /** Rows stay as they are for all others until this connection's transaction ends. */
  readonly lock?: boolean
}

/** A row that the source side could not put into wire form. */
export interface CellReject {
  readonly key: Key | null
  readonly column: string
  readonly reason: string
  /** Column → text, for the reject file. */
  readonly row: Readonly<Record<string, string | null>>
}

/** Whole tuples in key order. `bytes` is the consumer's until `release` is called; the source may then reuse it. */
export interface Batch {
  readonly bytes: Uint8Array
  readonly rows: number
  /** Key of the last row read (rejected ones included), null without a key. */
  readonly last: Key | null
  readonly rejects: readonly CellReject[]
  /** Rows that a mapping left out of `rows` and `rejects`; absent: none. */
  readonly filtered?: number
  /** Rows that a mapping left out because they are part of a row that is there already; absent: none. */
  readonly merged?: number
  /** Rows that were left out because the target holds them as they are to be; absent: none. */
  readonly kept?: number
  /** Bytes that were read for these rows, where a mapping has made others of them. */
  readonly sourceBytes?: number
  release(): void
}

export interface ReadOptions {
  /** Target size of a batch in bytes; one row may exceed it. */
  readonly bytes: number
  /** At most this many rows a batch. */
  readonly rows: number
  /** At most this many rows in all of a range in key order, asked of the database; files may give more. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

export interface RowSource {
  /** Disjoint ranges that cover the table, of about `rows` rows each. Physical or `all` where there is no key. `total`: rows in all, where they were counted. */
  split(o: { readonly rows: number; readonly total?: number }): Promise<readonly KeyRange[]>
  /** Rows of a range in key order, from inside the joined snapshot. Ends early when `signal` aborts, after a whole batch. */
  read(range: KeyRange, o: ReadOptions): AsyncIterable<Batch>
  /** Rows of the table (or of --where): exact. */
  count(): Promise<bigint>
  /**
   * Number of rows and sum of row hashes of a range, computed inside the database; absent where rows are hashed in this process.
   * `fields`: positions of the columns that count, for each of which `canonicalText` gives SQL. Throws QUERY_FAILED; a transaction
   * that was open stays usable.
   */
  digest?(range: KeyRange, fields: readonly number[]): Promise<RangeDigest>
}

/** Digest of a set of rows: equal sets give equal digests on every engine. How a row is hashed: core/row-text.ts. */
export interface RangeDigest {
  readonly rows: number
  /** Sum of the rows' 60-bit hashes, without modulo. */
  readonly sum: bigint
  /** False: some row could not be hashed; the digest is then equal to none. */
  readonly complete: boolean
}

export interface SinkOptions {
  /** Target is an existing table with foreign keys or triggers of its own: off while loading where `can.canDisableTriggers`. */
  readonly existing: boolean
  /** The table is temporary, with columns of this one; some catalogues do not know temporary tables. */
  readonly like?: ObjectName
}

/**
 * A chunk in a transaction of its own, which begins with its first rows. After any error nothing of it is stored, and `rollback` of its sink
 * is due.
 */
export interface ChunkStream {
  /**
   * Resolves when the bytes are no longer needed. Throws as `RowSink.rows` does, for these rows or for any that were sent before: the server
   * looks at them later.
   */
  send(bytes: Uint8Array, rows: number): Promise<void>
  /** Stores the rows, their mark and rejects. Throws as `rows`, `mark` and `commit` of a sink do. */
  commit(mark: Mark, rejects: readonly RejectRecord[]): Promise<void>
}

/**
 * Bulk load of wire tuples with the mark, one transaction at a time:
 * begin → rows (once or more) → mark → commit. `rows` throws ROW_REFUSED (message: the database's reason) when the target refuses
 * any of them; with `savepoint` the transaction is then as it was before the call, without it only `rollback` is allowed.
 * CONNECTION_LOST and DISK_FULL are told apart from refused rows.
 */
export interface RowSink extends AsyncDisposable {
  begin(): Promise<void>
  rows(bytes: Uint8Array, rows: number, o: { readonly savepoint: boolean }): Promise<void>
  /** How many of the rows since the last call were there already; absent: none ever. */
  merged?(): number
  /** Refused with MARK_OUT_OF_ORDER unless the stored seq of the unit is mark.seq − 1. */
  mark(mark: Mark, rejects: readonly RejectRecord[]): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  /** Writes a chunk piece by piece, while its rows are read. Absent where a chunk goes to the server as a whole. */
  readonly stream?: ChunkStream
  /** False where rows and mark are not atomic (MyISAM): then `clear` must run before a unit is continued. */
  readonly atomic: boolean
  /** Deletes the rows of a range beyond a key, for a unit that is continued on a target that is not atomic. */
  clear(range: KeyRange, after: Key | null): Promise<void>
  /** Deletes the rows of a range within the transaction; `key`: the columns that the range is of, null for the whole table. */
  empty(range: KeyRange, key: readonly string[] | null): Promise<void>
}
