/** Pairs of tables in terms of meanings, for any engine: what changes most in real schemas. */
import type { Database } from '../core/engine.ts'
import type { ForeignKey, LogicalType, Table } from '../core/schema.ts'
import { CORPUS } from './corpus.ts'
import { type ColumnWish, named, type TableWish, type TextRow, table } from './stage.ts'
import type { RenameWish } from './subject.ts'

/** Tables before and after. Rows are for the first table before. */
export interface PlanCase {
  readonly name: string
  readonly from: (db: Database) => readonly Table[]
  readonly to: (db: Database) => readonly Table[]
  readonly rows?: readonly TextRow[]
  /** What the rows are after the way there and back, without the `lost` columns; the same by default. */
  readonly kept?: readonly TextRow[]
  readonly lost?: readonly string[]
  readonly renames?: (db: Database) => readonly RenameWish[]
  readonly renamesBack?: (db: Database) => readonly RenameWish[]
}

const INT: LogicalType = { kind: 'int', bits: 32 }
const TEXT: LogicalType = { kind: 'text', max: 40 }

const BASE: readonly ColumnWish[] = [
  { name: 'id', type: INT },
  { name: 'label', type: TEXT, indexed: true },
  { name: 'size', type: INT },
]
const ROWS: readonly TextRow[] = [
  ['1', 'a', '10'],
  ['2', '한국어', '20'],
  ['3', "it's", '30'],
]

/** The table `thing`, its base columns changed by name, others added. */
function thing(
  change: Readonly<Record<string, Partial<ColumnWish> | null>> = {},
  more: readonly ColumnWish[] = [],
  wish: TableWish = {},
): PlanCase['from'] {
  return (db) => {
    const base = BASE.flatMap((c): ColumnWish[] => (change[c.name] === null ? [] : [{ ...c, ...change[c.name] }]))
    return [table(db, 'thing', [...base, ...more], { key: ['id'], ...wish })]
  }
}

const index = (name: string, columns: readonly string[], unique = false) => ({
  name,
  parts: columns.map((column) => ({ column })),
  unique,
  method: 'btree',
})

const WITH_INDEX: TableWish = { indexes: [index('thing_label', ['label', 'size'])] }

/** A thing and its parts, with a foreign key between them. */
function family(onDelete: ForeignKey['onDelete'] | null): PlanCase['from'] {
  return (db) => [
    ...thing()(db),
    table(
      db,
      'part',
      [
        { name: 'no', type: INT },
        { name: 'thing', type: INT },
      ],
      {
        key: ['no'],
        indexes: [index('part_thing', ['thing'])],
        foreignKeys:
          onDelete === null
            ? []
            : [
                {
                  name: 'part_thing_fkey',
                  columns: ['thing'],
                  references: named(db, 'thing'),
                  referencedColumns: ['id'],
                  onUpdate: 'no action',
                  onDelete,
                },
              ],
      },
    ),
  ]
}

const all: PlanCase['from'] = (db) => [
  table(
    db,
    'types',
    [{ name: 'id', type: INT }, ...CORPUS.map((c, i): ColumnWish => ({ name: `c${i}`, type: c.type }))],
    { key: ['id'] },
  ),
]

const nothing: PlanCase['from'] = () => []

/** The pairs; the first one leads to everything at once. */
export const PLAN_CASES: readonly PlanCase[] = [
  {
    name: 'makes tables with columns of every type, and drops them',
    from: nothing,
    to: (db) => [...all(db), ...family('cascade')(db)],
  },
  {
    name: 'adds columns of every type',
    from: (db) => [table(db, 'types', [{ name: 'id', type: INT }], { key: ['id'] })],
    to: all,
    rows: [['1'], ['2']],
  },
  {
    name: 'adds a column that must be set',
    from: thing(),
    to: thing({}, [{ name: 'n', type: INT, nullable: false, more: { default: { kind: 'value', text: '7' } } }]),
    rows: ROWS,
  },
  {
    name: 'drops a column',
    from: thing(),
    to: thing({ size: null }),
    rows: ROWS,
    lost: ['size'],
    kept: ROWS.map((r) => r.slice(0, 2)),
  },
  { name: 'forbids NULL', from: thing(), to: thing({ label: { nullable: false } }), rows: ROWS },
  {
    name: 'changes a default',
    from: thing({ size: { more: { default: { kind: 'value', text: '1' } } } }),
    to: thing({ size: { more: { default: { kind: 'value', text: '2' } } } }),
    rows: ROWS,
  },
  {
    name: 'takes a default away',
    from: thing({ label: { more: { default: { kind: 'value', text: "it's" } } } }),
    to: thing(),
    rows: ROWS,
  },
  { name: 'makes a text longer', from: thing(), to: thing({ label: { type: { kind: 'text', max: 80 } } }), rows: ROWS },
  { name: 'makes a number wider', from: thing(), to: thing({ size: { type: { kind: 'int', bits: 64 } } }), rows: ROWS },
  {
    name: 'gives a decimal more places',
    from: thing({ size: { type: { kind: 'decimal', precision: 10, scale: 0 } } }),
    to: thing({ size: { type: { kind: 'decimal', precision: 20, scale: 0 } } }),
    rows: ROWS,
  },
  { name: 'makes an index', from: thing(), to: thing({}, [], WITH_INDEX), rows: ROWS },
  {
    name: 'makes an index unique',
    from: thing({}, [], WITH_INDEX),
    to: thing({}, [], { indexes: [index('thing_label', ['label', 'size'], true)] }),
    rows: ROWS,
  },
  {
    name: 'adds a unique constraint',
    from: thing(),
    to: thing({}, [], { uniques: [{ name: 'thing_label_key', columns: ['label'] }] }),
    rows: ROWS,
  },
  {
    name: 'adds a check',
    from: thing(),
    to: (db) =>
      thing({}, [], { checks: [{ name: 'thing_size_check', expression: `${db.engine.dialect.quote('size')} > 0` }] })(
        db,
      ),
    rows: ROWS,
  },
  {
    name: 'widens the primary key',
    from: thing({ size: { nullable: false } }),
    to: thing({ size: { nullable: false } }, [], { key: ['id', 'size'] }),
    rows: ROWS,
  },
  { name: 'adds a table and a foreign key', from: thing(), to: family('no action'), rows: ROWS },
  { name: 'adds a foreign key', from: family(null), to: family('set null'), rows: ROWS },
  { name: 'changes what a foreign key does', from: family('set null'), to: family('cascade'), rows: ROWS },
  {
    name: 'renames a column when told',
    from: thing({}, [], WITH_INDEX),
    to: (db) => [
      table(
        db,
        'thing',
        BASE.map((c) => (c.name === 'label' ? { ...c, name: 'the name' } : c)),
        { key: ['id'], indexes: [index('thing_label', ['the name', 'size'])] },
      ),
    ],
    rows: ROWS,
    renames: (db) => [{ table: named(db, 'thing'), column: 'label', to: 'the name' }],
    renamesBack: (db) => [{ table: named(db, 'thing'), column: 'the name', to: 'label' }],
  },
  {
    name: 'renames a table when told',
    from: (db) => [table(db, 'thing', BASE, { key: ['id'] })],
    to: (db) => [table(db, '물건', BASE, { key: ['id'] })],
    rows: ROWS,
    renames: (db) => [{ table: named(db, 'thing'), to: '물건' }],
    renamesBack: (db) => [{ table: named(db, '물건'), to: 'thing' }],
  },
]
