/** The use cases behind the commands, each loaded when it is first needed: `naru --help` opens no driver. */
import type { AddressContext } from '../app/address.ts'
import type { ApplyContext } from '../app/apply.ts'
import type { Certificate } from '../app/certificate.ts'
import type { LoadedConfig, Reading } from '../app/config.ts'
import type { DiffOptions } from '../app/diff.ts'
import type { ManyOptions } from '../app/diff-many.ts'
import type { StatesOptions } from '../app/diff-states.ts'
import type { Inspected, InspectOptions } from '../app/inspect.ts'
import type { LintPlace } from '../app/lint.ts'
import type { Rehearsals, Rehearsed } from '../app/rehearsals.ts'
import type { ApplyRepairContext } from '../app/repair/apply.ts'
import type { RepairContext, RepairOutcome } from '../app/repair.ts'
import type { ReplayOutcome } from '../app/replay.ts'
import type { PlannedPhase } from '../app/script.ts'
import type { State } from '../app/state-form.ts'
import type { ListedSync, SyncSite, syncHistory, WatchContext } from '../app/sync/jobs.ts'
import type { SyncContext } from '../app/sync/work.ts'
import type { SyncOptions, SyncReport } from '../app/sync.ts'
import type { findTransfers, TransferSet } from '../app/transfer-set.ts'
import type { VerifyContext } from '../app/verify.ts'
import type { ApplyOptions, ApplyReport } from '../core/apply.ts'
import type { Address } from '../core/engine.ts'
import type { Reporter } from '../core/event.ts'
import type { FolderAudit } from '../core/folder.ts'
import type { RunRecord } from '../core/ledger.ts'
import type { LintOptions, LintReport, LintRuleInfo } from '../core/lint.ts'
import type { CopyOptions, PlanOptions, VerifyOptions } from '../core/options.ts'
import type { CopyPlan } from '../core/plan.ts'
import type { ApplyRepairOptions, RepairOptions, RepairPlan, RepairReport } from '../core/repair.ts'
import type { RepairRecord } from '../core/repair-ledger.ts'
import type { RunReport, VerifyReport } from '../core/report.ts'
import type { ManyDiff, SchemaDiff } from '../core/schema-diff.ts'
import { type FilesUseCases, filesUseCases } from './files-use-cases.ts'
import { type RevisionUseCases, revisionUseCases } from './revision-use-cases.ts'

export interface UseCases {
  loadConfig(cwd: string, wanted?: string, reading?: Reading): Promise<LoadedConfig>
  resolveAddress(nameOrUrl: string, o: AddressContext): Promise<Address>
  plan(from: Address, to: Address, options: PlanOptions, reporter: Reporter): Promise<CopyPlan>
  /** The transfers of that name, or an error that says why there are none. */
  findTransfers(name: string, loaded: LoadedConfig, o: Parameters<typeof findTransfers>[2]): Promise<TransferSet>
  planTransfer(set: TransferSet, options: CopyOptions, reporter: Reporter): Promise<CopyPlan>
  copyTransfer(set: TransferSet, options: CopyOptions, reporter: Reporter, signal?: AbortSignal): Promise<RunReport>
  plannedSteps(plan: CopyPlan): Promise<PlannedPhase[]>
  copy(from: Address, to: Address, options: CopyOptions, reporter: Reporter, signal?: AbortSignal): Promise<RunReport>
  /** The report of a copy that this error ended, if it had begun. */
  copyReport(error: unknown): Promise<RunReport | undefined>
  apply(from: Address, state: string, options: ApplyOptions, context: ApplyContext): Promise<ApplyReport>
  verify(from: Address, to: Address, options: VerifyOptions, context: VerifyContext): Promise<VerifyReport>
  verifyTransfer(set: TransferSet, options: VerifyOptions, context: VerifyContext): Promise<VerifyReport>
  sync(name: string, site: SyncSite, options: SyncOptions, context: SyncContext): Promise<SyncReport>
  syncs(site: SyncSite): Promise<readonly ListedSync[]>
  syncHistory: typeof syncHistory
  watchSyncs(site: SyncSite, context: WatchContext): Promise<void>
  /** A folder against its own manifest. */
  auditFolder(folder: Address): Promise<FolderAudit>
  readCertificate(path: string): Promise<Certificate | null>
  repair(
    from: Address,
    to: Address,
    options: RepairOptions & ApplyRepairOptions,
    context: RepairContext,
  ): Promise<RepairOutcome>
  repairPlan(file: string): Promise<RepairPlan>
  applyRepair(
    file: string,
    from: Address,
    to: Address,
    options: ApplyRepairOptions & Pick<RepairOptions, 'maxRows' | 'maxPercent'>,
    context: ApplyRepairContext,
  ): Promise<RepairReport>
  undoRepair(to: Address, id: string, options: ApplyRepairOptions, context: ApplyRepairContext): Promise<RepairReport>
  repairs(target: Address): Promise<readonly RepairRecord[]>
  forgetRepairs(target: Address, before: Date): Promise<readonly string[]>
  loadStates(texts: readonly string[], o: StatesOptions): Promise<State[]>
  inspect(state: State, options: InspectOptions): Promise<Inspected>
  diff(from: State, to: State, options: DiffOptions): Promise<SchemaDiff>
  diffMany(states: readonly State[], options: ManyOptions): Promise<ManyDiff>
  lint(paths: readonly string[], options: LintOptions, place: LintPlace): Promise<LintReport>
  lintCatalogue(): Promise<readonly LintRuleInfo[]>
  replay(file: string, to: Address, reporter: Reporter): Promise<ReplayOutcome>
  runs(target: Address): Promise<readonly RunRecord[]>
  rehearsals(what: Rehearsed, reporter: Reporter): Promise<Rehearsals>
  clean(target: Address): Promise<void>
  readonly revisions: RevisionUseCases
  readonly files: FilesUseCases
}

/** The real ones. */
export const useCases: UseCases = {
  loadConfig: async (...a) => (await import('../app/config.ts')).loadConfig(...a),
  resolveAddress: async (...a) => (await import('../app/address.ts')).resolveAddress(...a),
  plan: async (...a) => (await import('../app/plan.ts')).plan(...a),
  findTransfers: async (...a) => (await import('../app/transfer-set.ts')).findTransfers(...a),
  planTransfer: async (...a) => (await import('../app/transfer.ts')).planTransfer(...a),
  copyTransfer: async (...a) => (await import('../app/transfer.ts')).copyTransfer(...a),
  plannedSteps: async (...a) => (await import('../app/script.ts')).plannedSteps(...a),
  copy: async (...a) => (await import('../app/copy.ts')).copy(...a),
  copyReport: async (error) => (await import('../app/copy.ts')).reportOf(error),
  apply: async (...a) => (await import('../app/apply.ts')).apply(...a),
  verify: async (...a) => (await import('../app/verify.ts')).verify(...a),
  verifyTransfer: async (...a) => (await import('../app/verify-transfer.ts')).verifyTransfer(...a),
  sync: async (...a) => (await import('../app/sync/jobs.ts')).sync(...a),
  syncs: async (...a) => (await import('../app/sync/jobs.ts')).syncs(...a),
  syncHistory: async (...a) => (await import('../app/sync/jobs.ts')).syncHistory(...a),
  watchSyncs: async (...a) => (await import('../app/sync/jobs.ts')).watchSyncs(...a),
  auditFolder: async (...a) => (await import('../app/audit.ts')).auditFolder(...a),
  readCertificate: async (path) => (await import('../app/certificate.ts')).readCertificate(path),
  repair: async (...a) => (await import('../app/repair.ts')).repair(...a),
  repairPlan: async (...a) => (await import('../app/repair.ts')).repairPlan(...a),
  applyRepair: async (...a) => (await import('../app/repair.ts')).applyRepair(...a),
  undoRepair: async (...a) => (await import('../app/repair.ts')).undo(...a),
  repairs: async (...a) => (await import('../app/repair.ts')).repairs(...a),
  forgetRepairs: async (...a) => (await import('../app/repair.ts')).forgetRepairs(...a),
  loadStates: async (...a) => (await import('../app/diff-states.ts')).loadStates(...a),
  inspect: async (...a) => (await import('../app/inspect.ts')).inspect(...a),
  diff: async (...a) => (await import('../app/diff.ts')).diff(...a),
  diffMany: async (...a) => (await import('../app/diff-many.ts')).diffMany(...a),
  lint: async (...a) => (await import('../app/lint.ts')).lint(...a),
  lintCatalogue: async () => (await import('../app/lint.ts')).lintCatalogue(),
  replay: async (...a) => (await import('../app/replay.ts')).replay(...a),
  runs: async (...a) => (await import('../app/runs.ts')).runs(...a),
  rehearsals: async (...a) => (await import('../app/rehearsals.ts')).rehearsals(...a),
  clean: async (...a) => (await import('../app/clean.ts')).clean(...a),
  revisions: revisionUseCases,
  files: filesUseCases,
}
