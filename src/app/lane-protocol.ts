/** What a run and its worker threads say to each other. Plain data; errors travel as parts. */

import type { LaneSettings, UnitOutcome } from '../copy/lane.ts'
import type { UnitTask } from '../copy/units.ts'
import type { Address, SnapshotToken } from '../core/engine.ts'
import { type ErrorCode, NaruError, toNaruError } from '../core/error.ts'
import type { NaruEvent } from '../core/event.ts'
import type { TablePlan } from '../core/plan.ts'
import type { LoadedLookup } from '../transfer/lookup.ts'
import type { ReadbackPart, ReadbackTask } from '../verify/readback.ts'
import type { Addressings } from './files/lane-files.ts'
import type { StageSetup } from './stage.ts'

/** workerData of a lane: what it loads before it is told anything. */
export interface LaneSeed {
  /** Schemes of the databases that it is going to open. */
  readonly engines: readonly string[]
}

/** What a lane connects to. */
export interface LaneEnds {
  /** In the order of TablePlan.origin. */
  readonly from: readonly Address[]
  readonly to: Address
}

/** What a lane is to do. */
export interface LaneSetup extends LaneEnds {
  /** One for each source; null: the lane only reads the target back and needs none. */
  readonly tokens: readonly SnapshotToken[] | null
  readonly run: string
  readonly tables: readonly TablePlan[]
  readonly settings: LaneSettings
  /** Two shared flags, on where not 0: stop after the running chunk; read nothing for now. */
  readonly stop: Int32Array
  /** What mappings need; absent where there is none. */
  readonly stages?: StageSetup
  /** Stores whose files mappings name; absent where there are none. */
  readonly stores?: Addressings
}

export type ToLane =
  | { readonly type: 'connect'; readonly ends: LaneEnds }
  | { readonly type: 'begin'; readonly setup: LaneSetup }
  /** `lookups`: those of the unit's table, in the order of its plan. */
  | { readonly type: 'copy'; readonly task: UnitTask; readonly lookups: readonly LoadedLookup[] }
  | { readonly type: 'readback'; readonly table: number; readonly task: ReadbackTask }
  | { readonly type: 'rest' }
  | { readonly type: 'close' }

export type FromLane =
  | { readonly type: 'connected' }
  | { readonly type: 'ready' }
  | { readonly type: 'event'; readonly event: NaruEvent }
  | { readonly type: 'copied'; readonly outcome: UnitOutcome }
  | { readonly type: 'read back'; readonly part: ReadbackPart }
  | { readonly type: 'resting' }
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly error: PackedError }

/** A NaruError as plain data; stack and cause as text. */
export interface PackedError {
  readonly code: ErrorCode
  readonly message: string
  readonly why?: string
  readonly hint: string
  readonly state?: string
  readonly stack?: string
}

export function packError(error: unknown): PackedError {
  const e = toNaruError(error)
  const origin = e.cause instanceof Error ? e.cause : e
  return { code: e.code, message: e.message, why: e.why, hint: e.hint, state: e.state, stack: origin.stack }
}

export function unpackError(packed: PackedError): NaruError {
  const error = new NaruError(packed.code, packed.message, packed)
  if (packed.stack !== undefined) error.stack = packed.stack
  return error
}
