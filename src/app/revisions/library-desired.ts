/** For programs: revisions against a desired state, against a database, and against themselves. */
import type { AutogenerateReport, CheckReport, DriftReport } from '../../core/autogenerate.ts'
import type { DriftAdoption, DriftReversal } from '../../core/drift.ts'
import type { ProofReport } from '../../core/proof.ts'
import type { AutogenerateOptions } from './autogenerate.ts'
import type { DriftOptions } from './drift.ts'
import type { AdoptDriftOptions } from './drift-adopt.ts'
import type { RevertOptions } from './drift-revert.ts'
import { contextFor, type RevisionsHooks, setupFor } from './hooks.ts'
import type { ProofHooks } from './proof.ts'
import type { WantedOptions } from './wanted.ts'

/**
 * Writes the revision that leads from what the revisions make to the desired state (`models`), and tries it: up, down, up again. Nothing to
 * do: no file, and `outcome` is `unchanged`. Throws NaruError: SEVERAL_HEADS, NOT_AT_HEAD, USAGE, STATE_REFUSED with file and line.
 * @example
 * const { path, proof } = await revisions.autogenerate(
 *   { revision: { message: 'users have a nick' } },
 *   { folder: 'migrations', models: 'schema.sql', engine: 'postgres' },
 * )
 * console.log(path, proof?.verdict)
 */
export async function autogenerate(o: AutogenerateOptions, hooks: RevisionsHooks = {}): Promise<AutogenerateReport> {
  const { autogenerate } = await import('./autogenerate.ts')
  return autogenerate(await setupFor(hooks), o)
}

/**
 * Whether the revisions lead to the desired state (`models`). Writes nothing. Throws NaruError: USAGE, STATE_REFUSED with file and line.
 * @example
 * const { same, lines } = await revisions.check({}, { models: 'schema.sql', engine: 'sqlite' })
 * if (!same) console.log(lines.join('\n'))
 */
export async function check(o: WantedOptions = {}, hooks: RevisionsHooks = {}): Promise<CheckReport> {
  const { check } = await import('./check.ts')
  return check(await setupFor(hooks), o)
}

/**
 * How databases deviate from what the revisions that they have applied made. Changes nothing. Throws NaruError: REVISION_MISSING, NOT_AT_HEAD
 * where a revision is half applied.
 * @example
 * const { databases } = await revisions.checkDatabases({ ignore: ['owners'] }, { targets: ['postgres://app@localhost/shop'] })
 * for (const d of databases) console.log(d.database, d.lines)
 */
export async function checkDatabases(o: DriftOptions = {}, hooks: RevisionsHooks = {}): Promise<DriftReport> {
  const { checkDatabases } = await import('./check.ts')
  return checkDatabases(await setupFor(hooks), o)
}

/**
 * Writes a revision of what somebody did to the only database besides the revisions, proves it on a scratch database, and notes there that
 * it is applied. Throws NaruError: DRIFT_REFUSED, NOT_AT_HEAD, SEVERAL_HEADS with nothing changed.
 * @example
 * const { path, remaining } = await revisions.adoptDrift(
 *   { message: 'the index of last night', objects: ['orders'] },
 *   { targets: ['postgres://app@localhost/shop'] },
 * )
 * console.log(path, remaining)
 */
export async function adoptDrift(o: AdoptDriftOptions, hooks: RevisionsHooks = {}): Promise<DriftAdoption> {
  const { adoptDrift } = await import('./drift-adopt.ts')
  return adoptDrift(await setupFor(hooks), o, contextFor(hooks))
}

/**
 * The statements that take back what somebody did to the only database besides the revisions; runs none. Throws NaruError: USAGE for a glob
 * that means nothing that drifted.
 * @example
 * const reversal = await revisions.revertDrift({}, { targets: ['sqlite:shop.db'] })
 * if (reversal.sql !== null) console.log(reversal.sql)
 */
export async function revertDrift(o: RevertOptions = {}, hooks: RevisionsHooks = {}): Promise<DriftReversal> {
  const { revertDrift } = await import('./drift-revert.ts')
  return revertDrift(await setupFor(hooks), o)
}

/**
 * Tries revisions on a scratch database: up, down, up again, each after all that it needs. `range`: `A:B`, one, or null for all. Throws
 * NaruError: REVISION_UNKNOWN, REVISION_INVALID, SCRATCH_UNAVAILABLE.
 * @example
 * const { proofs } = await revisions.proveRevisions(null, { folder: 'migrations', engine: 'sqlite' })
 * console.log(proofs.filter((p) => p.verdict !== 'proved').map((p) => p.id))
 */
export async function proveRevisions(
  range: string | null,
  hooks: RevisionsHooks & ProofHooks = {},
): Promise<ProofReport> {
  const { proveRevisions } = await import('./proof.ts')
  const { onProof, signal } = hooks
  return proveRevisions(await setupFor(hooks), range, { onProof, signal })
}
