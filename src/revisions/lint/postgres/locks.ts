/** Which statements take a table from everybody, and which cannot run in a transaction. */
import type { AlterTableCmd, AlterTableType, Node } from 'libpg-query'
import type { ObjectName } from '../../../core/schema.ts'
import { as, namesOf, objectName, optionOf, tableName } from './node.ts'

/** ALTER TABLE commands that do with less than ACCESS EXCLUSIVE on the table that they name. */
const WEAKER: ReadonlySet<AlterTableType> = new Set([
  'AT_SetStatistics',
  'AT_SetOptions',
  'AT_ResetOptions',
  'AT_ClusterOn',
  'AT_DropCluster',
  'AT_ValidateConstraint',
  'AT_AttachPartition',
  'AT_EnableTrig',
  'AT_EnableTrigAll',
  'AT_EnableTrigUser',
  'AT_DisableTrig',
  'AT_DisableTrigAll',
  'AT_DisableTrigUser',
  'AT_SetRelOptions',
  'AT_ResetRelOptions',
])

/** Whether a command of ALTER TABLE keeps readers out, however short. */
function isExclusive(cmd: AlterTableCmd): boolean {
  if (cmd.subtype === undefined || WEAKER.has(cmd.subtype)) return false
  if (cmd.subtype === 'AT_AddConstraint') return as(cmd.def, 'Constraint')?.contype !== 'CONSTR_FOREIGN'
  if (cmd.subtype === 'AT_DetachPartition') return as(cmd.def, 'PartitionCmd')?.concurrent !== true
  return true
}

function dropped(node: Node): ObjectName[] {
  const drop = as(node, 'DropStmt')
  const names = (drop?.objects ?? []).map((o) => namesOf(as(o, 'List')?.items))
  switch (drop?.removeType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_MATVIEW':
      return names.map(objectName)
    case 'OBJECT_TRIGGER':
    case 'OBJECT_POLICY':
    case 'OBJECT_RULE':
      return names.map((parts) => objectName(parts.slice(0, -1)))
    default:
      return []
  }
}

const ofRanges = (nodes: readonly Node[] | undefined): ObjectName[] =>
  (nodes ?? []).map((n) => tableName(as(n, 'RangeVar')))

/** Tables (and materialized views) on which the statement takes ACCESS EXCLUSIVE: nobody reads or writes them until it ends. */
export function exclusiveTables(node: Node): ObjectName[] {
  const alter = as(node, 'AlterTableStmt')
  if (alter !== undefined) {
    const any = (alter.cmds ?? []).some((c) => isExclusive(as(c, 'AlterTableCmd') ?? {}))
    return any && alter.objtype === 'OBJECT_TABLE' ? [tableName(alter.relation)] : []
  }
  const rename = as(node, 'RenameStmt')
  const renames = rename?.renameType === 'OBJECT_TABLE' || rename?.relationType === 'OBJECT_TABLE'
  if (rename !== undefined) return renames ? [tableName(rename.relation)] : []
  const lock = as(node, 'LockStmt')
  const refresh = as(node, 'RefreshMatViewStmt')
  const cluster = as(node, 'ClusterStmt')?.relation
  const moved = as(node, 'AlterObjectSchemaStmt')
  const policy = as(node, 'CreatePolicyStmt') ?? as(node, 'AlterPolicyStmt')
  const rule = as(node, 'RuleStmt')
  return [
    ...dropped(node),
    ...ofRanges(as(node, 'TruncateStmt')?.relations),
    ...(lock?.mode === 8 ? ofRanges(lock.relations) : []),
    ...(refresh !== undefined && refresh.concurrent !== true ? [tableName(refresh.relation)] : []),
    ...(cluster === undefined ? [] : [tableName(cluster)]),
    ...(moved?.objectType === 'OBJECT_TABLE' ? [tableName(moved.relation)] : []),
    ...(policy === undefined ? [] : [tableName(policy.table)]),
    ...(rule === undefined ? [] : [tableName(rule.relation)]),
  ]
}

const detachesBeside = (node: Node): boolean =>
  (as(node, 'AlterTableStmt')?.cmds ?? []).some(
    (c) => as(as(c, 'AlterTableCmd')?.def, 'PartitionCmd')?.concurrent === true,
  )

/** What the server refuses inside a transaction, by words; null where it takes the statement. */
export function refusedInTransaction(node: Node): string | null {
  if (as(node, 'IndexStmt')?.concurrent) return 'CREATE INDEX CONCURRENTLY'
  if (as(node, 'DropStmt')?.concurrent) return 'DROP INDEX CONCURRENTLY'
  const reindex = as(node, 'ReindexStmt')
  if (optionOf(reindex?.params, 'concurrently') !== undefined) return 'REINDEX CONCURRENTLY'
  if (reindex?.kind === 'REINDEX_OBJECT_DATABASE' || reindex?.kind === 'REINDEX_OBJECT_SYSTEM')
    return 'REINDEX DATABASE'
  if (reindex?.kind === 'REINDEX_OBJECT_SCHEMA') return 'REINDEX SCHEMA'
  if (detachesBeside(node)) return 'DETACH PARTITION CONCURRENTLY'
  if (as(node, 'VacuumStmt')?.is_vacuumcmd) return 'VACUUM'
  const cluster = as(node, 'ClusterStmt')
  if (cluster !== undefined && cluster.relation === undefined) return 'CLUSTER of all tables'
  if (as(node, 'CreatedbStmt') !== undefined) return 'CREATE DATABASE'
  if (as(node, 'DropdbStmt') !== undefined) return 'DROP DATABASE'
  if (as(node, 'CreateTableSpaceStmt') !== undefined) return 'CREATE TABLESPACE'
  if (as(node, 'DropTableSpaceStmt') !== undefined) return 'DROP TABLESPACE'
  return as(node, 'AlterSystemStmt') === undefined ? null : 'ALTER SYSTEM'
}
