import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Column, type ForeignKey, plainTable, type Schema, type Table } from '../core/schema.ts'
import { drizzleModule } from './codegen-drizzle.ts'
import { kyselyModule } from './codegen-kysely.ts'
import { mermaid, mermaidNeeds, mermaidThatFits } from './codegen-mermaid.ts'
import { camel, isIdentifier, pascal, propertyNames } from './codegen-names.ts'
import { docComment, sqlTag, str } from './codegen-text.ts'
import { erDiagram, erKey } from './er-diagram.ts'
import { ER, layoutEr } from './er-layout.ts'
import { erSvg } from './er-svg.ts'
import { fileNames } from './file-names.ts'
import { parseSnapshot, snapshotText } from './snapshot.ts'

const column = (name: string, more: Partial<Column> = {}): Column => ({
  name,
  type: { logical: { kind: 'int', bits: 32 }, native: 'integer' },
  nullable: false,
  ...more,
})

const foreignKey = (name: string, columns: string[], to: string): ForeignKey => ({
  name,
  columns,
  references: { schema: 'public', name: to },
  referencedColumns: ['id'],
  onUpdate: 'no action',
  onDelete: 'no action',
})

const table = (name: string, columns: Column[], more: Partial<Table> = {}) =>
  plainTable({ schema: 'public', name }, columns, more)

const schemaOf = (tables: Table[]): Schema => ({
  engine: 'postgres',
  flavor: 'postgres',
  version: '17',
  name: 'public',
  tables,
  others: [],
})

const shop = schemaOf([
  table('customer', [column('id'), column('name', { nullable: true })], {
    primaryKey: { name: 'customer_pkey', columns: ['id'] },
  }),
  table('invoice', [column('id'), column('customer_id', { nullable: true })], {
    primaryKey: { name: 'invoice_pkey', columns: ['id'] },
    foreignKeys: [foreignKey('to_customer', ['customer_id'], 'customer')],
  }),
  table('alone "1"', [column('a b')]),
])

const anyName = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.constantFrom('class', '__proto__', '2fa', '😀', '이름', 'a-b', ' '),
)

describe('names', () => {
  it.each([
    ['order_items', 'orderItems', 'OrderItems'],
    ['Order Items', 'orderItems', 'OrderItems'],
    ['CustomerID', 'customerId', 'CustomerId'],
    ['ORDER_ITEMS', 'orderItems', 'OrderItems'],
    ['XMLFile', 'xmlFile', 'XmlFile'],
    ['2fa', '_2fa', '_2fa'],
    ['이름', '이름', '이름'],
    ['😀', 'u1f600', 'U1f600'],
    ['address2', 'address2', 'Address2'],
  ])('%s', (name, lower, upper) => {
    expect(camel(name)).toBe(lower)
    expect(pascal(name)).toBe(upper)
  })

  it('are identifiers, and unique, whatever they come from', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyName), (names) => {
        const keys = [...propertyNames(names, 'camel').values()]
        expect(keys.every(isIdentifier)).toBe(true)
        expect(new Set(keys).size).toBe(names.length)
        expect(keys).not.toContain('__proto__')
        expect(keys).not.toContain('constructor')
      }),
    )
  })
})

describe('names of files', () => {
  it('are taken by every file system, and told apart where it folds case', () => {
    const texts = [
      'orders',
      'Orders',
      'index',
      'a/b',
      'a\\b',
      '..',
      '',
      '💥',
      'CON',
      '한'.normalize('NFD'),
      '한'.repeat(200),
    ]
    const names = fileNames(texts, ['index'])
    expect(names.slice(0, 10)).toEqual([
      'orders',
      'Orders_2',
      'index_2',
      'a_b',
      'a_b_2',
      'table_6',
      'table_7',
      'table_8',
      'CON_',
      '한',
    ])
    expect(Buffer.byteLength(names[10])).toBeLessThan(250)
  })

  it('are never the same, and hold nothing but letters, digits and lines', () => {
    fc.assert(
      fc.property(fc.array(anyName), (texts) => {
        const names = fileNames(texts)
        expect(new Set(names.map((n) => n.toLowerCase())).size).toBe(texts.length)
        for (const name of names) expect(name).toMatch(/^[\p{L}\p{M}\p{N}_-]+$/u)
      }),
    )
  })
})

describe('literals', () => {
  it('mean the text that they are made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(new Function(`return ${str(text)}`)()).toBe(text)
        const cooked = new Function('sql', `return ${sqlTag(text)}`)(
          (parts: TemplateStringsArray, ...values: unknown[]) => {
            expect(values).toEqual([])
            return parts[0]
          },
        )
        expect(cooked).toBe(text)
        expect(new Function(`${docComment(text)}return 7`)()).toBe(7)
      }),
    )
  })
})

/** The grammar of erDiagram, as far as it is written: entities with attributes, then relations. */
const WORD = String.raw`(?!(?:pk|fk|uk)\b)[A-Za-z_\u00c0-\uffff][\w()[\]\u00c0-\uffff-]*`
const LINE = new RegExp(
  String.raw`^ {2}(?:(\w+)(?:\["[^"%\\]*"\])?(?: \{)?|\}|\w+ (?:\}o|\|o)--(?:o\||\|\|) \w+ : "[^"]*"| {2}${WORD} ${WORD}(?: (?:PK|FK|PK, FK))?(?: "[^"]*")?)$`,
  'i',
)

describe('mermaid', () => {
  it('shows tables, columns and keys', () => {
    expect(mermaid(shop)).toBe(`erDiagram
  customer {
    integer id PK
    integer name
  }
  invoice {
    integer id PK
    integer customer_id FK
  }
  table_3["alone #quot;1#quot;"] {
    integer a_b "a b"
  }
  invoice }o--o| customer : "customer_id"
`)
  })

  it('takes no column for the mark of a key, and writes letters of any script as they are', () => {
    const names = ['pk', 'FK', 'uk-2', '이름', 'größe', '💥']
    const lines = mermaid(
      schemaOf([
        table(
          't%\\<b>',
          names.map((n) => column(n)),
        ),
      ]),
    ).split('\n')
    expect(lines.slice(1, -2).map((l) => l.trim())).toEqual([
      'table_1["t#37;#92;#60;b#62;"] {',
      'integer _pk "pk"',
      'integer _FK "FK"',
      'integer _uk-2 "uk-2"',
      'integer 이름',
      'integer größe',
      'integer column_6 "💥"',
    ])
  })

  it('leaves columns away where Mermaid would draw nothing, and all of it where that does not help', () => {
    const many = (tables: number, columns: number) =>
      erDiagram(
        schemaOf(
          Array.from({ length: tables }, (_, i) =>
            table(
              `table_number_${i}`,
              Array.from({ length: columns }, (_, k) => column(`column_number_${k}`)),
            ),
          ),
        ),
        { keysOnly: false, whole: true },
      )
    expect(mermaidThatFits(many(10, 10))).toContain('column_number_9')
    expect(mermaidThatFits(many(200, 20))).toContain('  table_number_199\n')
    expect(mermaidThatFits(many(200, 20))).not.toContain('column_number_9')
    expect(mermaidThatFits(many(5000, 1))).toBe(null)
    expect(mermaidNeeds('x'.repeat(50_000))).toBe(null)
    expect(mermaidNeeds('x'.repeat(50_001))).toContain('maxTextSize')
  })

  it('keeps to its grammar whatever the names are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyName, { minLength: 1, maxLength: 5 }), (names) => {
        const tables = names.map((name) =>
          table(
            name,
            names.map((n) => column(n)),
            { foreignKeys: [foreignKey('k', [names[0]], names[0])] },
          ),
        )
        const [head, ...lines] = mermaid(schemaOf(tables)).trimEnd().split('\n')
        expect(head).toBe('erDiagram')
        for (const line of lines) expect(line).toMatch(LINE)
        const entities = lines.flatMap((l) => /^ {2}(\w+)(?:\[.*\])? \{$/.exec(l)?.[1] ?? [])
        expect(new Set(entities).size).toBe(names.length)
      }),
    )
  })
})

describe('kysely', () => {
  it('tells what is given, what may be given, and what is never given', () => {
    const int8 = { logical: { kind: 'int', bits: 64 }, native: 'bigint' } as const
    const text = kyselyModule(
      schemaOf([
        table('a', [
          column('id', { identity: 'always' }),
          column('n', { default: { kind: 'value', text: '1' }, nullable: true }),
          column('big', { type: int8 }),
          column('big by default', { type: int8, default: { kind: 'value', text: '1' } }),
          column('twice', { generated: { expression: 'n * 2', stored: true } }),
        ]),
        table('b', [column('x')], { name: { schema: 'other', name: 'b' } }),
      ]),
      new Map(),
    )
    expect(text).toBe(`import type { ColumnType, Generated, GeneratedAlways } from 'kysely'

export interface A {
  id: GeneratedAlways<number>
  n: Generated<number | null>
  big: ColumnType<string, bigint | number | string, bigint | number | string>
  'big by default': ColumnType<string, bigint | number | string | undefined, bigint | number | string>
  twice: GeneratedAlways<number>
}

export interface B {
  x: number
}

export interface DB {
  a: A
  'other.b': B
}
`)
  })
})

describe('a diagram', () => {
  it('stands without boxes over each other, whatever refers to what', () => {
    const arbitrary = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 })
    fc.assert(
      fc.property(arbitrary, (links) => {
        const tables = Array.from({ length: 8 }, (_, i) =>
          table(`t${i}`, [column('id')], {
            foreignKeys: links.filter(([from]) => from === i).map(([, to], n) => foreignKey(`k${n}`, ['id'], `t${to}`)),
          }),
        )
        const { boxes, width, height } = layoutEr(erDiagram(schemaOf(tables)))
        expect(boxes).toHaveLength(8)
        for (const a of boxes) {
          expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(true)
          for (const b of boxes) {
            const apart =
              a === b || a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
            expect(apart).toBe(true)
          }
        }
      }),
    )
  })

  it('marks what was added, changed and removed', () => {
    const [customer, invoice] = shop.tables
    const svg = erSvg(
      erDiagram(schemaOf([invoice]), {
        removed: schemaOf([customer]),
        marks: new Map([
          [erKey(customer.name), 'removed'],
          [erKey(invoice.name, 'customer_id'), 'changed'],
          [erKey(invoice.name, 'to_customer'), 'added'],
        ]),
      }),
    )
    expect(svg).toMatch(/<g class="table removed">/)
    expect(svg).toMatch(/<text class="name changed"[^>]*>~ customer_id/)
    expect(svg).toMatch(/<path class="edge added"/)
  })

  it('is well-formed whatever the names are', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const svg = erSvg(erDiagram(schemaOf([table(name, [column(name)])])))
        const open: string[] = []
        for (const [, close, tag, , self] of svg.matchAll(/<(\/?)(\w+)((?:\s[\w:-]+="[^"<]*")*)(\/?)>/g)) {
          if (close === '/') expect(open.pop()).toBe(tag)
          else if (self === '') open.push(tag)
        }
        expect(open).toEqual([])
        expect(svg.replace(/<\/?\w+(?:\s[\w:-]+="[^"<]*")*\/?>/g, '')).not.toMatch(/[<>]/)
      }),
    )
  })

  it('begins at the top beside a column that is far higher', () => {
    const children = Array.from({ length: 12 }, (_, i) =>
      table(`c${i}`, [column('id'), column('p')], { foreignKeys: [foreignKey(`c${i}_p`, ['p'], 'p')] }),
    )
    const layout = layoutEr(erDiagram(schemaOf([table('p', [column('id')]), ...children])))
    for (const x of new Set(layout.boxes.map((b) => b.x))) {
      const first = Math.min(...layout.boxes.filter((b) => b.x === x).map((b) => b.y))
      expect(first).toBeLessThanOrEqual(ER.margin + ER.drop)
    }
  })

  it('lays out a thousand tables in a moment', () => {
    const tables = Array.from({ length: 1000 }, (_, i) =>
      table(`t${i}`, [column('id'), column('up')], {
        foreignKeys: i === 0 ? [] : [foreignKey('k', ['up'], `t${i >> 1}`)],
      }),
    )
    const begin = performance.now()
    expect(erSvg(erDiagram(schemaOf(tables)))).toContain('t999')
    expect(performance.now() - begin).toBeLessThan(5000)
  })
})

describe('a snapshot', () => {
  it('is the same text whatever the order of the catalogue', () => {
    const turned: Schema = {
      ...shop,
      tables: [...shop.tables]
        .reverse()
        .map((t) => ({ ...Object.fromEntries(Object.entries(t).reverse()), rows: 5, bytes: 9 }) as unknown as Table),
    }
    expect(snapshotText(turned)).toBe(snapshotText(shop))
  })

  it('keeps everything that lasts, numbers beyond JSON too', () => {
    const text = snapshotText(shop)
    expect(snapshotText(parseSnapshot(text, 'x'))).toBe(text)
    const counted = JSON.parse(text)
    counted.tables[0].counter = { column: 'id', next: '9007199254740993' }
    expect(parseSnapshot(JSON.stringify(counted), 'x').tables[0].counter?.next).toBe(9007199254740993n)
  })

  it.each([
    '',
    '[]',
    'null',
    '{}',
    '{"naru":"snapshot"}',
    '{"naru":"snapshot","format":1,"engine":"x","tables":[{}],"others":[]}',
  ])('refuses %s', (text) => {
    expect(() => parseSnapshot(text, 'x.json')).toThrow(/x\.json is not a snapshot/)
  })
})

describe('a Drizzle module', () => {
  it('looks as if written by hand', () => {
    expect(drizzleModule(shop, { naming: 'camel' })).toBe(`import { relations } from 'drizzle-orm'
import { foreignKey, integer, pgTable } from 'drizzle-orm/pg-core'

export const customer = pgTable('customer', {
  id: integer().primaryKey(),
  name: integer(),
})

export const invoice = pgTable('invoice', {
  id: integer().primaryKey(),
  customerId: integer('customer_id'),
}, (t) => [
  foreignKey({ name: 'to_customer', columns: [t.customerId], foreignColumns: [customer.id] }),
])

export const alone1 = pgTable('alone "1"', {
  aB: integer('a b').notNull(),
})

export const customerRelations = relations(customer, ({ many }) => ({
  invoice: many(invoice),
}))

export const invoiceRelations = relations(invoice, ({ one }) => ({
  customer: one(customer, { fields: [invoice.customerId], references: [customer.id] }),
}))
`)
  })
})
