/** Two schemas with something of every difference, and hostile names, for tests of what people get to see. */
import { type Column, type OtherObject, plainTable, type Schema, type Table } from '../../src/core/schema.ts'
import type { SchemaDiff } from '../../src/core/schema-diff.ts'
import { diffSchemas } from '../../src/diff/compare.ts'
import { renameCandidates } from '../../src/diff/rename-candidates.ts'

const column = (name: string, native: string, more: Partial<Column> = {}): Column => ({
  name,
  type: { logical: { kind: 'text' }, native },
  nullable: true,
  ...more,
})

const table = (name: string, columns: readonly Column[], more: Partial<Table> = {}) =>
  plainTable({ name }, columns, more)

const schema = (tables: readonly Table[], others: readonly OtherObject[]): Schema => ({
  engine: 'mysql',
  flavor: 'mariadb',
  version: '10.11.6',
  name: 'shop',
  tables,
  others,
})

const id = column('id', 'bigint(20)', { nullable: false })
const key = { name: 'PRIMARY', columns: ['id'] }
const users = table('users', [id, column('name', 'varchar(40)')], { primaryKey: key, rows: 1200 })

const before = schema(
  [
    users,
    table(
      'orders',
      [id, column('total', 'decimal(10,2)'), column('mail', 'varchar(80)'), column('user_id', 'bigint(20)')],
      {
        primaryKey: key,
        comment: 'what people buy | `now`',
        indexes: [{ name: 'orders_total', parts: [{ column: 'total' }], unique: false, method: 'btree' }],
      },
    ),
    table('<script>alert(1)</script>', [id, column('a|b`c', 'text')], { rows: 12 }),
  ],
  [
    {
      kind: 'view',
      name: { name: 'v' },
      definition: 'select `id`,`total` from `orders` where `total` > 100 order by `id`',
    },
  ],
)

const after = schema(
  [
    users,
    table(
      'orders',
      [
        id,
        column('user_id', 'bigint(20)', { nullable: false }),
        column('total', 'decimal(12,2)', { default: { kind: 'value', text: '0' } }),
        column('email', 'varchar(80)'),
      ],
      {
        primaryKey: key,
        options: { engine: 'InnoDB' },
        foreignKeys: [
          {
            name: 'orders_user',
            columns: ['user_id'],
            references: { name: 'users' },
            referencedColumns: ['id'],
            onUpdate: 'no action',
            onDelete: 'cascade',
          },
        ],
        checks: [{ name: 'positive', expression: '`total` >= 0' }],
      },
    ),
    table('회원 등급', [id, column('이름', 'varchar(20)')]),
  ],
  [
    {
      kind: 'view',
      name: { name: 'v' },
      definition: 'select `id`,`total` from `orders` where `total` > 200 order by `id`',
    },
  ],
)

const changes = diffSchemas(before, after, { ordersColumns: true })
const side = { kind: 'database', engine: 'mysql', flavor: 'mariadb', version: '10.11.6' }

export const sampleDiff: SchemaDiff = {
  from: { ...side, label: 'mysql://root@prod/shop' },
  to: { ...side, label: 'mysql://root@dev/shop' },
  before,
  after,
  changes,
  steps: [
    {
      sql: 'ALTER TABLE `orders`\n  ADD COLUMN `email` varchar(80),\n  DROP COLUMN `mail`',
      why: 'orders: adds email, drops mail',
      object: 'table orders',
      inTransaction: false,
      algorithm: 'INSTANT',
      hazards: [
        {
          kind: 'drop-column',
          what: 'the column orders.mail is dropped with what it holds',
          rows: 1204,
          bytes: 1_200_000,
        },
      ],
    },
    {
      sql: 'CREATE TRIGGER `t` BEFORE INSERT ON `orders` FOR EACH ROW BEGIN\n  SET NEW.total = 0;\nEND',
      why: 'trigger t is new',
      object: 'trigger t',
      inTransaction: false,
      hazards: [],
    },
  ],
  unplanned: [{ object: 'table orders', why: 'its row format\ncannot be altered' }],
  transactional: false,
  candidates: renameCandidates(changes),
  ignored: [{ rule: 'comments', count: 3 }],
  notes: ['the collation of the database itself differs'],
  same: false,
}
