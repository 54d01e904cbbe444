/** What the conformance suite is given: a test runner's two words, and an engine with a way to make empty databases. */
import type { Change } from '../core/change.ts'
import type { Address, Database, Engine } from '../core/engine.ts'
import type { ObjectName, Schema } from '../core/schema.ts'

/** `describe` and `it` of vitest, node:test, mocha …: the suite asserts with node:assert and needs nothing else. */
export interface Runner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>, timeoutMs?: number): void
  /** What comes after the last test of a `describe`; `after` in some runners. Without it no database outlives its test. */
  afterAll?(body: () => Promise<void>): void
}

/** An empty database of its own; disposing removes it. */
export interface FreshPlace extends AsyncDisposable {
  readonly address: Address
}

/** A table (without `column`) or a column of it, and its new name. */
export interface RenameWish {
  readonly table: ObjectName
  readonly column?: string
  readonly to: string
}

export interface DiffWish {
  readonly ordersColumns: boolean
  readonly renames?: readonly RenameWish[]
}

/** The engine under test. */
export interface Subject {
  readonly name: string
  readonly engine: Engine
  fresh(): Promise<FreshPlace>
  /**
   * Makes a database as empty as a fresh one, so that the next test begins with it where opening another takes long. Throws where it cannot:
   * the next test then gets a fresh one. Default: each test does.
   */
  readonly empty?: (db: Database) => Promise<void>
  /** False for an engine whose databases answer no SQL (CSV): suites that need statements are left out. Default true. */
  readonly sql?: boolean
  /** naru's comparison of two schemas, where the laws of the engine's planner are to be proven. */
  readonly diff?: (from: Schema, to: Schema, o: DiffWish) => readonly Change[]
  /** `some`: every fifth plan law, for a second subject of an engine whose planner is proven by the first, and where a database takes long to open. */
  readonly plans?: 'all' | 'some'
}
