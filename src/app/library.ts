/**
 * naru for programs: the use cases of the command line, with addresses as text and events by callback. Each is loaded when it is
 * called, so that a naru.config.ts that imports `defineConfig` costs nothing.
 */
import { homedir } from 'node:os'
import type { ApplyOptions, ApplyPlan, ApplyReport } from '../core/apply.ts'
import type { Address } from '../core/engine.ts'
import type { NaruEvent, Reporter } from '../core/event.ts'
import type { RunRecord } from '../core/ledger.ts'
import type { LintOptions, LintReport } from '../core/lint.ts'
import type { CopyOptions, PlanOptions, VerifyOptions } from '../core/options.ts'
import type { CopyPlan } from '../core/plan.ts'
import type { DriftEntry, RunReport, VerifyReport } from '../core/report.ts'
import type { SchemaDiff } from '../core/schema-diff.ts'
import { resolveAddress } from './address.ts'
import type { NaruConfig } from './config-form.ts'
import type { DiffOptions } from './diff.ts'
import type { Inspected, InspectOptions } from './inspect.ts'
import { fromConfig, mergeOptions } from './options.ts'
import type { ReplayOutcome } from './replay.ts'
import type { State } from './state-form.ts'

/** A database: an address, a name of the config given with it, or an address that was resolved before. */
export type Place = string | Address

export interface Hooks {
  /** Told what happens while it happens. Synchronous; what it throws is not caught. */
  readonly onEvent?: (event: NaruEvent) => void
  /** `copy` stops after the running chunks when this is aborted, and throws STOPPED; run it again to go on. */
  readonly signal?: AbortSignal
  /** Names of databases, and defaults for the options. Files named `naru.config.ts` are not read. */
  readonly config?: NaruConfig
}

/** The address that a place stands for. */
export function resolvePlace(place: Place, hooks: Hooks): Promise<Address> {
  if (typeof place !== 'string') return Promise.resolve(place)
  const config = { path: null, folder: process.cwd(), config: hooks.config ?? {} }
  const warn = (message: string) => hooks.onEvent?.({ type: 'warning', message })
  return resolveAddress(place, { config, env: process.env, home: process.env.HOME ?? homedir(), warn })
}

/** Options of the configuration and of the call, and who is told. */
export function prepare(options: CopyOptions, hooks: Hooks): [CopyOptions, Reporter] {
  const report = (event: NaruEvent) => hooks.onEvent?.(event)
  return [mergeOptions(fromConfig(hooks.config?.copy), options), { report }]
}

/**
 * What a copy would do: casts, order, findings. Changes nothing. Throws NaruError where a side cannot be read.
 * @example
 * const { findings } = await plan('mysql://reader@old.example/shop', 'postgres://app@localhost/shop')
 * for (const f of findings) console.log(f.code, f.table, f.count)
 */
export async function plan(from: Place, to: Place, options: PlanOptions = {}, hooks: Hooks = {}): Promise<CopyPlan> {
  const { plan } = await import('./plan.ts')
  return plan(await resolvePlace(from, hooks), await resolvePlace(to, hooks), ...prepare(options, hooks))
}

/**
 * Copies a database and proves that it arrived; continues what an earlier call left unfinished. The report's `exit` is 0 when
 * everything arrived. Throws NaruError: UNSETTLED_FINDINGS before anything is changed, STOPPED, CONNECTION_LOST … resumable.
 * @example
 * const report = await copy('sqlite:shop.db', 'pglite:./shop', { policies: { ZERO_DATE: 'null' } })
 * if (report.exit !== 0) console.error(report.verdict)
 */
export async function copy(from: Place, to: Place, options: CopyOptions = {}, hooks: Hooks = {}): Promise<RunReport> {
  const { copy } = await import('./copy.ts')
  const [merged, reporter] = prepare(options, hooks)
  return copy(await resolvePlace(from, hooks), await resolvePlace(to, hooks), merged, reporter, hooks.signal)
}

/** What `verify` tells while it works, and of what it found. */
export interface VerifyHooks extends Hooks {
  /** Told of every row that differs, whole, once all tables have been compared. Memory does not grow with the rows. */
  readonly onDrift?: (table: string, entry: DriftEntry) => void | Promise<void>
  /** Folder in which what was compared is kept until the end, so that `continue: true` goes on after a stop; nowhere when absent. */
  readonly stateFolder?: string
}

/**
 * Compares two databases down to the cells that differ, and says what they have in common. Changes nothing. Throws NaruError where a
 * side cannot be read, COLUMN_MISSING for a column that no table has, STOPPED.
 * @example
 * const { same, tables } = await verify('legacy', 'app', { tolerances: { price: '0.01' } }, { config })
 * for (const t of tables) for (const p of t.patterns ?? []) console.log(t.table, p.text)
 */
export async function verify(
  from: Place,
  to: Place,
  options: VerifyOptions = {},
  hooks: VerifyHooks = {},
): Promise<VerifyReport> {
  const { verify } = await import('./verify.ts')
  const { by, ...rest } = options
  const [merged, reporter] = prepare(rest, hooks)
  const all: VerifyOptions = { ...merged, ...(by !== undefined && { by }) }
  const context = { reporter, signal: hooks.signal, onDrift: hooks.onDrift, stateFolder: hooks.stateFolder }
  return verify(await resolvePlace(from, hooks), await resolvePlace(to, hooks), all, context)
}

/** How `apply` is allowed to go on. */
export interface ApplyHooks extends Hooks {
  /** Looks at the plan; what it gives back is the word of the user. Not called where there is nothing to do. */
  readonly confirm: (plan: ApplyPlan) => boolean | Promise<boolean>
  /** A server on which temporary databases may be made. */
  readonly dev?: Place
}

/** Where `diff` finds desired states. */
export interface DiffHooks extends Hooks {
  /** Engine of .sql files where neither side says it: postgres, mysql, mariadb, sqlite. */
  readonly engine?: string
  /** A server on which temporary databases may be made. */
  readonly dev?: Place
}

/**
 * A state in another form: a Drizzle module with its sidecar, Kysely types, SQL, a snapshot, a dictionary, a diagram. Writes nothing: the
 * files are in the result. Throws NaruError where the state cannot be read, TABLE_MISSING, UNSUPPORTED.
 * @example
 * const { files } = await inspect('sqlite:shop.db', { format: 'mermaid' })
 * console.log(files[0].text)
 */
export async function inspect(state: string, options: InspectOptions, hooks: DiffHooks = {}): Promise<Inspected> {
  const { inspect } = await import('./inspect.ts')
  const [found] = await statesOf([state], hooks)
  return inspect(found, options)
}

async function statesOf(texts: readonly string[], hooks: DiffHooks): Promise<State[]> {
  const { loadStates } = await import('./diff-states.ts')
  return loadStates(texts, {
    address: (text: string) => resolvePlace(text, hooks),
    names: Object.keys(hooks.config?.databases ?? {}),
    cwd: process.cwd(),
    engine: hooks.engine,
    dev: hooks.dev === undefined ? undefined : await resolvePlace(hooks.dev, hooks),
  })
}

/**
 * What must change in one state (a database, a .sql file or folder, a Drizzle module, a snapshot, git:REV:path) so that it becomes another,
 * and the statements that do it. Changes nothing. Throws NaruError where a side cannot be read or a rename or rule fits nothing.
 * @example
 * const { same, steps } = await diff('postgres://app@localhost/shop', 'schema.sql', { ignore: ['comments'] })
 * for (const step of steps ?? []) console.log(step.why, step.sql)
 */
export async function diff(
  from: string,
  to: string,
  options: DiffOptions = {},
  hooks: DiffHooks = {},
): Promise<SchemaDiff> {
  const { diff } = await import('./diff.ts')
  const [first, second] = await statesOf([from, to], hooks)
  const ignore = [...(hooks.config?.diff?.ignore ?? []), ...(options.ignore ?? [])]
  return diff(first, second, { ...options, ignore })
}

/**
 * Makes the schema of a database what a state says (a database, a .sql file or folder, a Drizzle module, a snapshot, git:REV:path). The
 * report's `exit` is 0 when nothing differs any more. Throws NaruError: HAZARD_REFUSED, NOT_CONFIRMED … with nothing changed.
 * @example
 * await apply('postgres://app@localhost/shop', 'schema.sql', { allow: ['drop-column'] }, {
 *   confirm: (plan) => plan.unplanned.length === 0,
 * })
 */
export async function apply(from: Place, to: string, options: ApplyOptions, hooks: ApplyHooks): Promise<ApplyReport> {
  const { apply } = await import('./apply.ts')
  const [, reporter] = prepare({}, hooks)
  const ignore = [...(hooks.config?.diff?.ignore ?? []), ...(options.ignore ?? [])]
  const states = {
    address: (text: string) => resolvePlace(text, hooks),
    names: Object.keys(hooks.config?.databases ?? {}),
    cwd: process.cwd(),
    dev: hooks.dev === undefined ? undefined : await resolvePlace(hooks.dev, hooks),
  }
  const agree = async (plan: ApplyPlan) => hooks.confirm(plan)
  const context = { states, agree, reporter, signal: hooks.signal }
  return apply(await resolvePlace(from, hooks), to, { ...options, ignore }, context)
}

/** Which database tells `lint` how large tables are, and of what version the server is. */
export interface LintHooks extends Hooks {
  readonly database?: Place
}

/**
 * What scripts (files, folders, globs) may do to a database that is in use. Changes files only with `fix`. The report's `exit` is 1 where a
 * finding is as severe as `failOn` says. Throws NaruError: USAGE for an engine or code that is not known, FILE_UNREADABLE.
 * @example
 * const { files } = await lint(['migrations/'], { engine: 'postgres' })
 * for (const { path, findings } of files) for (const f of findings) console.log(path, f.place.line, f.code, f.message)
 */
export async function lint(
  paths: readonly string[],
  options: LintOptions = {},
  hooks: LintHooks = {},
): Promise<LintReport> {
  const { lint } = await import('./lint.ts')
  const database = hooks.database === undefined ? undefined : await resolvePlace(hooks.database, hooks)
  return lint(paths, options, { cwd: process.cwd(), database })
}

/**
 * Writes the mended rows of a reject file to the target. Throws FILE_UNREADABLE, TABLE_MISSING, COLUMN_MISSING.
 * @example
 * const { replayed, refused } = await replay('naru-rejects-1.ndjson', 'postgres://app@localhost/shop')
 */
export async function replay(file: string, to: Place, hooks: Hooks = {}): Promise<ReplayOutcome> {
  const { replay } = await import('./replay.ts')
  const [, reporter] = prepare({}, hooks)
  return replay(file, await resolvePlace(to, hooks), reporter)
}

/**
 * The copies that a target remembers, newest first.
 * @example
 * const [last] = await runs('postgres://app@localhost/shop')
 */
export async function runs(target: Place, hooks: Hooks = {}): Promise<readonly RunRecord[]> {
  const { runs } = await import('./runs.ts')
  return runs(await resolvePlace(target, hooks))
}

/**
 * Removes what naru keeps for itself on a target. Copied rows stay; an unfinished copy cannot be continued afterwards.
 * @example
 * await clean('postgres://app@localhost/shop')
 */
export async function clean(target: Place, hooks: Hooks = {}): Promise<void> {
  const { clean } = await import('./clean.ts')
  await clean(await resolvePlace(target, hooks))
}
