/** What an object is called in steps, and which steps an object's changes become. */
import type { Change, Edit, Step, Unplanned } from '../../../core/change.ts'
import type { OtherObject, Schema, Table } from '../../../core/schema.ts'
import type { Features } from './features.ts'

/** What every part of the planner works with. */
export interface Planning {
  readonly from: Schema
  readonly to: Schema
  readonly features: Features
  readonly online: boolean
  /** Tells a difference that there is no statement for. */
  readonly refuse: (unplanned: Unplanned) => void
}

export interface TableChange {
  readonly from: Table
  readonly to: Table
  readonly edits: readonly Edit[]
}

interface ObjectChange {
  readonly from: OtherObject
  readonly to: OtherObject
}

/** Changes by what they are about. */
export interface Sorted {
  readonly created: readonly Table[]
  readonly dropped: readonly Table[]
  readonly altered: readonly TableChange[]
  readonly objectsCreated: readonly OtherObject[]
  readonly objectsDropped: readonly OtherObject[]
  /** In more than their privileges. */
  readonly objectsAltered: readonly ObjectChange[]
  /** In their privileges alone. */
  readonly objectsGranted: readonly ObjectChange[]
}

/** Sorts changes. */
export function sortChanges(changes: readonly Change[]): Sorted {
  const whole = (kind: 'create' | 'drop') => changes.flatMap((c) => (c.kind === kind ? [c.object] : []))
  const tables = (kind: 'create' | 'drop') => whole(kind).flatMap((o) => (o.kind === 'table' ? [o.table] : []))
  const objects = (kind: 'create' | 'drop') => whole(kind).flatMap((o) => (o.kind === 'object' ? [o.object] : []))
  const alters = changes.flatMap((c) => (c.kind === 'alter' ? [c] : []))
  const altered = (grantsAlone: boolean) =>
    alters.flatMap((c) =>
      c.from.kind === 'object' &&
      c.to.kind === 'object' &&
      grantsAlone === c.edits.every((e) => e.part === 'option' && e.name === 'grants')
        ? [{ from: c.from.object, to: c.to.object }]
        : [],
    )
  return {
    created: tables('create'),
    dropped: tables('drop'),
    altered: alters.flatMap((c) =>
      c.from.kind === 'table' && c.to.kind === 'table' ? [{ from: c.from.table, to: c.to.table, edits: c.edits }] : [],
    ),
    objectsCreated: objects('create'),
    objectsDropped: objects('drop'),
    objectsAltered: altered(false),
    objectsGranted: altered(true),
  }
}

/** A step; MySQL's and MariaDB's DDL ends every transaction. */
export function step(
  sql: string,
  why: string,
  object: string,
  more: Partial<Pick<Step, 'hazards' | 'algorithm' | 'done' | 'grantee'>> = {},
): Step {
  const { hazards = [], ...rest } = more
  return { sql, why, object, inTransaction: false, hazards, ...rest }
}
