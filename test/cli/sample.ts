/** A run, a plan and a verification with something of everything, for tests of what people get to see. */

import type { ColumnPlan, CopyPlan, TablePlan } from '../../src/core/plan.ts'
import type { RunReport, TableOutcome, TableVerification, VerifyReport } from '../../src/core/report.ts'
import { type Column, type LogicalType, plainTable, type Schema, type Table } from '../../src/core/schema.ts'

const text: LogicalType = { kind: 'text' }

function column(name: string, native: string, logical: LogicalType = text): Column {
  return { name, type: { logical, native }, nullable: true }
}

function cast(name: string, from: string, to: string, more: Partial<ColumnPlan> = {}): ColumnPlan {
  return { source: column(name, from), target: column(name, to), wire: { kind: 'text' }, rule: 'default', ...more }
}

function table(name: string, columns: readonly Column[], more: Partial<Table> = {}): Table {
  return plainTable({ name }, columns, more)
}

function planned(
  name: string,
  rows: number,
  bytes: number,
  columns: ColumnPlan[],
  more: Partial<TablePlan> = {},
): TablePlan {
  return {
    label: name,
    source: table(
      name,
      columns.map((c) => c.source),
    ),
    target: table(
      name,
      columns.map((c) => c.target),
      { counter: { column: 'id', next: 2n ** 60n } },
    ),
    columns,
    key: ['id'],
    ordered: true,
    action: 'create',
    rows,
    filtered: 0,
    bytes,
    ...more,
  }
}

export const samplePlan: CopyPlan = {
  from: { label: 'mysql://reader@old.example:3306/shop', engine: 'mysql', flavor: 'mariadb', version: '10.11.6' },
  to: { label: 'postgres://app@new.example:5432/shop', engine: 'postgres', flavor: 'postgres', version: '15.4' },
  tables: [
    planned('users', 12_000, 1_240_000, [
      cast('id', 'bigint(20) unsigned', 'numeric(20,0)'),
      cast('name', 'varchar(80)', 'varchar(80)', { rule: 'same' }),
      cast('active', 'tinyint(1)', 'boolean'),
      cast('created_at', 'datetime', 'timestamp(0)'),
    ]),
    planned('회원_등급', 7, 16_384, [cast('id', 'int(11)', 'integer'), cast('이름', 'varchar(20)', 'varchar(20)')], {
      filtered: 2,
      where: 'id > 2',
    }),
    planned('orders', 191_404, 39_800_000, [
      cast('id', 'bigint(20)', 'bigint', { rule: 'same' }),
      cast('flags', 'tinyint(1)', 'smallint', { rule: 'cast' }),
      cast('shipped_at', 'datetime', 'timestamp(0)'),
      cast('price', 'float', 'real', { loss: 'prints other digits than MySQL does' }),
    ]),
    planned('<script>alert(1)</script>|*_`x`', 1, 96, [cast('id', 'int(11)', 'integer')]),
  ],
  schema: { engine: 'postgres', flavor: 'postgres', version: '15.4', name: 'public', tables: [], others: [] } as Schema,
  access: [],
  leftovers: [
    {
      kind: 'view',
      name: 'active_users',
      outcome: 'left',
      why: 'its SQL is written for MariaDB',
      stub: 'CREATE VIEW active_users AS\nSELECT * FROM users WHERE active',
    },
    {
      kind: 'index',
      name: 'orders_note',
      table: 'orders',
      outcome: 'approximated',
      why: 'a prefix of 10 characters became an index on left(note, 10)',
    },
    { kind: 'ON UPDATE', name: 'users.updated_at', table: 'users', outcome: 'converted', why: 'a trigger sets it' },
  ],
  findings: [
    {
      code: 'ZERO_DATE',
      table: 'orders',
      column: 'shipped_at',
      count: 1203,
      samples: ['17', '23', '42', '108', '110'],
      message: 'dates such as 0000-00-00 that PostgreSQL does not have',
      ways: ['--policy ZERO_DATE:orders.shipped_at=null', '--policy ZERO_DATE:orders.shipped_at=reject'],
      severity: 'settled',
      policy: 'null',
    },
    {
      code: 'NUL_BYTE',
      table: 'users',
      column: 'name',
      count: 1,
      samples: ["'\u0000\u202ekim'"],
      message: 'U+0000 cannot be stored in text',
      ways: ['--policy NUL_BYTE=replace'],
      severity: 'accepted',
    },
  ],
  objects: [],
  versionTables: [{ framework: 'alembic', table: 'alembic_version', version: '3f2a' }],
  estimate: { seconds: 12, bytes: 64_000_000 },
  hash: 'abc',
}

const digest = (c: string) => c.repeat(64)

function verification(name: string, rows: number, more: Partial<TableVerification> = {}): TableVerification {
  return {
    table: name,
    target: `public.${name}`,
    how: 'digest',
    sourceRows: rows,
    targetRows: rows,
    sourceDigest: digest('a'),
    targetDigest: digest('a'),
    same: true,
    drift: [],
    driftCount: 0,
    ms: 120,
    ...more,
  }
}

function outcome(name: string, rows: number, more: Partial<TableOutcome> = {}): TableOutcome {
  return {
    table: name,
    target: `public.${name}`,
    read: rows,
    written: rows,
    rejected: 0,
    filtered: 0,
    merged: 0,
    closes: true,
    bytes: rows * 208,
    ms: 1900,
    verification: verification(name, rows),
    ...more,
  }
}

export const goodRun: RunReport = {
  run: '20260315-093012-1a2b',
  verdict: 'done',
  exit: 0,
  started: '2026-03-15T09:30:12.123Z',
  finished: '2026-03-15T09:30:16.456Z',
  resumed: false,
  plan: samplePlan,
  tables: [
    outcome('users', 12_000),
    outcome('회원_등급', 5, { filtered: 2 }),
    outcome('orders', 191_404),
    outcome('<script>alert(1)</script>|*_`x`', 1),
  ],
  counters: [
    { table: 'users', column: 'id', source: '12001', before: null, after: '12001' },
    { table: 'orders', column: 'id', source: '9223372036854775807', before: '1', after: '9223372036854775807' },
  ],
  rejects: { file: null, count: 0, samples: [] },
  failedSteps: [],
  versionTables: [{ framework: 'alembic', table: 'alembic_version', source: '3f2a', target: '3f2a' }],
  times: [
    { phase: 'schema', ms: 40 },
    { phase: 'data', ms: 2100 },
    { phase: 'indexes', ms: 600 },
    { phase: 'verify', ms: 700 },
  ],
  notes: ['source position of the snapshot: binlog.000003:1234'],
  jobs: 2,
}

const drifted = verification('orders', 191_403, {
  targetRows: 191_402,
  targetDigest: digest('b'),
  same: false,
  driftCount: 140,
  drift: [
    { key: '17', kind: 'missing on target' },
    { key: '23', kind: 'differs', columns: [{ name: 'price', source: '12.50', target: null }] },
  ],
})

export const badRun: RunReport = {
  ...goodRun,
  verdict: 'incomplete',
  exit: 1,
  tables: [
    outcome('users', 12_000),
    outcome('orders', 191_404, { written: 191_402, rejected: 1, closes: false, verification: drifted }),
  ],
  rejects: {
    file: 'naru-rejects-20260315.ndjson',
    count: 1,
    samples: [{ table: 'orders', key: '99', reason: 'value too long for type character varying(10)' }],
  },
  failedSteps: [
    {
      object: 'foreign key orders.orders_user_id_fkey',
      sql: 'ALTER TABLE "orders" ADD CONSTRAINT "orders_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id")',
      reason: 'Key (user_id)=(77) is not present in table "users".',
      samples: ['17', '18'],
    },
  ],
}

export const sampleVerify: VerifyReport = {
  from: samplePlan.from.label,
  to: samplePlan.to.label,
  started: '2026-03-15T09:30:12.000Z',
  finished: '2026-03-15T09:30:15.000Z',
  tables: [verification('users', 12_000), drifted],
  same: false,
  notes: [],
}
