/** naru for programs. This is the whole public interface; everything else may change without notice. */
export { type CopyConfig, type DatabaseConfig, defineConfig, type NaruConfig } from './app/config-form.ts'
export type { DiffOptions } from './app/diff.ts'
export { type DiffFormat, renderDiff } from './app/diff-render.ts'
export type { Inspected, InspectedFile, InspectFormat, InspectOptions } from './app/inspect.ts'
export {
  type ApplyHooks,
  apply,
  clean,
  copy,
  type DiffHooks,
  diff,
  type Hooks,
  inspect,
  type LintHooks,
  lint,
  type Place,
  plan,
  replay,
  runs,
  type VerifyHooks,
  verify,
} from './app/library.ts'
export { applyRepair, type RepairHooks, repair, repairs, undoRepair } from './app/library-repair.ts'
export { runSync } from './app/library-sync.ts'
export type { Rehearsals } from './app/rehearsals.ts'
export type { RepairOutcome } from './app/repair.ts'
export type { ReplayOutcome } from './app/replay.ts'
export { type Reportable, renderReport, writeReport } from './app/report.ts'
export type { ReportFormat } from './app/report-format.ts'
export * as revisions from './app/revisions/library.ts'
export {
  type BucketConfig,
  type BucketTargetConfig,
  type FilePolicyConfig,
  type FolderConfig,
  type StoreConfig,
  store,
  type WebConfig,
} from './app/store-form.ts'
export type { SyncOptions, SyncReport } from './app/sync.ts'
export { copyTransfers, planTransfers, rehearsals, type TransferHooks } from './app/transfer-library.ts'
export type { ApplyOptions, ApplyPlan, ApplyReport, HazardKind, WeighedHazard, WeighedStep } from './core/apply.ts'
export type { Aspect, Change, Edit, Hazard, SchemaObject, Step, Unplanned } from './core/change.ts'
export type { Address, Engine, Policy, TlsOptions } from './core/engine.ts'
export { type ErrorCode, NaruError } from './core/error.ts'
export type { NaruEvent } from './core/event.ts'
export type { RunRecord } from './core/ledger.ts'
export type {
  LintFile,
  LintFinding,
  LintIgnored,
  LintOptions,
  LintPlace,
  LintReport,
  LintSeverity,
} from './core/lint.ts'
export type { CopyOptions, DriftFormat, DriftList, PlanOptions, VerifyOptions } from './core/options.ts'
export type {
  ColumnPlan,
  ConflictRule,
  CopyPlan,
  Finding,
  Leftover,
  MappingView,
  TablePlan,
  VersionTable,
} from './core/plan.ts'
export type {
  ApplyRepairOptions,
  Attribution,
  LeftRow,
  RepairKind,
  RepairOptions,
  RepairPlan,
  RepairReport,
  RepairRow,
  RepairSide,
  RepairTable,
} from './core/repair.ts'
export type { RepairRecord, RowResult } from './core/repair-ledger.ts'
export type {
  CertificateCheck,
  CounterOutcome,
  DriftColumn,
  DriftEntry,
  DriftKind,
  DriftPattern,
  DriftRow,
  FailedStep,
  RunReport,
  TableOutcome,
  TableVerification,
  Verdict,
  VerifyReport,
} from './core/report.ts'
export type {
  RevisionModule,
  RevisionTools,
  RowsOptions,
  SqlFragment,
} from './core/revision.ts'
export type { Column, ColumnType, LogicalType, ObjectName, Schema, Table } from './core/schema.ts'
export type { DiffSide, RenameCandidate, SchemaDiff } from './core/schema-diff.ts'
export type { SyncRecord } from './core/sync-ledger.ts'
export type { NamedFile } from './files/store.ts'
export { defineRevision } from './revisions/define.ts'
export { type Col, type ColumnFlag, type TableRef, table, type ValueKind } from './transfer/columns.ts'
export {
  type Hook,
  type IntoRow,
  type RowContext,
  type Transfer,
  type TransferGroup,
  transfer,
  type WriteMode,
} from './transfer/define.ts'
export {
  column,
  constant,
  file,
  fileRefs,
  lookup,
  mask,
  type OnMiss,
  ref,
  type Sql,
  sql,
  values,
} from './transfer/sources.ts'
export {
  type MissedRuns,
  type Sync,
  type SyncDrift,
  type SyncJob,
  type SyncKind,
  type SyncRow,
  sync,
} from './transfer/sync.ts'
