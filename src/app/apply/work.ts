/** What every part of an apply has at hand. */
import type { ApplyOptions, ApplyPlan } from '../../core/apply.ts'
import type { Address, Database } from '../../core/engine.ts'
import type { Reporter } from '../../core/event.ts'
import type { JournalRecord } from '../../core/journal.ts'
import type { Schema } from '../../core/schema.ts'
import type { RenameCandidate } from '../../core/schema-diff.ts'
import type { StateOptions } from '../state-form.ts'

export interface ApplyContext {
  /** How the state is found, and where scratch databases may be made. */
  readonly states: StateOptions
  /** Shows the plan and asks; false: nothing is changed. Not called where there is nothing to do. */
  readonly agree: (plan: ApplyPlan) => Promise<boolean>
  /** Asked for each table or column that may have been renamed; absent: they are told in the plan. */
  readonly askRename?: (candidate: RenameCandidate) => Promise<boolean>
  readonly reporter: Reporter
  readonly signal?: AbortSignal
}

export interface Work {
  readonly database: Database
  readonly address: Address
  /** As it was inspected, whole. */
  readonly present: Schema
  /** What an earlier change left unfinished. */
  readonly record: JournalRecord | null
  readonly goal: { readonly schema: Schema; readonly label: string }
  /** The goal in the spelling of the database (see spelling.ts). */
  readonly wanted: Schema
  readonly options: ApplyOptions
  readonly context: ApplyContext
  readonly started: string
}

/** The schema as it is now. */
export function inspectNow({ database, address }: Pick<Work, 'database' | 'address'>): Promise<Schema> {
  return database.inspect({ schema: address.schema })
}
