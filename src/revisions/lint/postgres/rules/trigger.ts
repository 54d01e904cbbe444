/** Rules about triggers, rules and partitions. */
import { edited, insertAt } from '../edit.ts'
import { as, shown, tableName } from '../node.ts'
import { at, existing, rule } from '../postgres-rule.ts'
import { atLeast } from '../version.ts'

const createTrigger = rule({
  code: 'create-trigger',
  severity: 'warning',
  title: 'A trigger on a table that is in use',
  why: 'CREATE TRIGGER takes a SHARE ROW EXCLUSIVE lock: it waits for all writers of the table, and writers who come later wait behind it. From then on each write pays for the trigger.',
  safe: "Alone in its transaction, with a lock_timeout.\n\n```sql\nSET lock_timeout = '2s';\nCREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();\n```",
  check(s) {
    const trigger = as(s.node, 'CreateTrigStmt')
    const table = tableName(trigger?.relation)
    if (trigger === undefined || s.known.isNew(table) || s.known.lockTimeout) return []
    return [{ message: `writers of ${shown(table)} wait until all who write now are done`, table }]
  },
})

const disableTrigger = rule({
  code: 'disable-trigger',
  severity: 'error',
  title: 'Triggers are switched off',
  why: 'DISABLE TRIGGER ALL, and session_replication_role = replica, switch off foreign keys too: rows that break them are written, and nothing finds them later. Whatever else triggers keep (histories, sums, mirrors) misses the rows of this time, also those that other sessions write.',
  safe: "Let the triggers know that they are not meant, for this session only.\n\n```sql\nSET LOCAL app.skip_history = 'on';\n```",
  check(s) {
    const set = as(s.node, 'VariableSetStmt')
    const [value] = set?.args ?? []
    const off = existing(s, 'AT_DisableTrig', 'AT_DisableTrigAll', 'AT_DisableTrigUser').map((a) =>
      at(
        a,
        `triggers of ${shown(a.table)} are off for all sessions${a.kind === 'AT_DisableTrigAll' ? ', foreign keys too' : ''}`,
      ),
    )
    if (set?.name !== 'session_replication_role' || as(value, 'A_Const')?.sval?.sval !== 'replica') return off
    return [...off, { message: 'foreign keys and triggers are off for this session: rows that break them stay' }]
  },
})

const createRule = rule({
  code: 'create-rule',
  severity: 'warning',
  title: 'A rewrite rule',
  why: 'CREATE RULE takes an ACCESS EXCLUSIVE lock, and rules rewrite statements before they run: RETURNING, COPY and counts of rows do not behave as programs expect, and volatile expressions run twice.',
  safe: 'Take a trigger, or for a view an INSTEAD OF trigger.\n\n```sql\nCREATE TRIGGER open_orders_insert INSTEAD OF INSERT ON open_orders FOR EACH ROW EXECUTE FUNCTION insert_order();\n```',
  check(s) {
    const made = as(s.node, 'RuleStmt')
    if (made === undefined) return []
    return [
      {
        message: `statements on ${shown(tableName(made.relation))} are rewritten before they run`,
        table: tableName(made.relation),
      },
    ]
  },
})

const attach = rule({
  code: 'attach-partition',
  severity: 'warning',
  title: 'ATTACH PARTITION reads the whole partition',
  why: 'Unless a valid CHECK of the new partition proves that its rows fit, all of them are read while the partition is under an ACCESS EXCLUSIVE lock; a DEFAULT partition is read too, under the same lock.',
  safe: "Prove it first by a CHECK that is validated under a weak lock, attach, then drop the CHECK.\n\n```sql\nALTER TABLE events_2026 ADD CONSTRAINT fits CHECK (day >= '2026-01-01' AND day < '2027-01-01') NOT VALID;\nALTER TABLE events_2026 VALIDATE CONSTRAINT fits;\nALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');\n```",
  bySize: true,
  check: (s) =>
    s.alterations
      .filter((a) => a.kind === 'AT_AttachPartition')
      .flatMap((a) => {
        const part = tableName(as(a.cmd.def, 'PartitionCmd')?.name)
        if (s.known.isNew(part) || s.known.isChecked(part)) return []
        return [at(a, `all rows of ${shown(part)} are read while nobody can use it`, { table: part })]
      }),
})

const detach = rule({
  code: 'detach-partition',
  severity: 'error',
  title: 'DETACH PARTITION without CONCURRENTLY',
  why: 'It takes ACCESS EXCLUSIVE locks on the whole partitioned table and the partition: it waits for all who use any partition, and all who come later wait behind it.',
  safe: 'PostgreSQL 14 and later detach beside readers and writers, outside of a transaction (not where there is a DEFAULT partition).\n\n```sql\nALTER TABLE events DETACH PARTITION events_2019 CONCURRENTLY;\n```',
  fixable: true,
  check: (s, { context }) =>
    existing(s, 'AT_DetachPartition').flatMap((a) => {
      if (as(a.cmd.def, 'PartitionCmd')?.concurrent === true) return []
      const free = s.known.transaction === null || (context.revision === true && !s.known.explicit)
      const fix =
        atLeast(context.version, 14) && free && a.single
          ? { fix: edited(s.sql, insertAt(a.span().to, ' CONCURRENTLY')) }
          : {}
      return [at(a, `all partitions of ${shown(a.table)} are taken from all who use them`, fix)]
    }),
})

export const TRIGGER = [createTrigger, disableTrigger, createRule, attach, detach]
