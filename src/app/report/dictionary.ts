/** A schema as a data dictionary: a report whose HTML and Markdown say the same. */
import { displayName, type ObjectName, type OtherObject, type Schema, type Table } from '../../core/schema.ts'
import { checkText, columnText, foreignKeyText, indexText, keyText } from '../../diff/describe.ts'
import { mermaidThatFits, wholeDiagram } from '../../schema/codegen-mermaid.ts'
import { type ErDiagram, erDiagram } from '../../schema/er-diagram.ts'
import { erSvg } from '../../schema/er-svg.ts'
import { count, plural, size } from '../format.ts'
import { type Block, type Cell, type Report, type Section, section } from './document.ts'
import { product } from './run-report.ts'

/** Names of the schema's own objects stand without it. */
export const home = (schema: Schema) => (name: ObjectName) =>
  name.schema === schema.name ? name.name : displayName(name)

function flagsOf(table: Table, column: string): string {
  const has = (columns: readonly string[]) => columns.includes(column)
  return [
    ...(table.primaryKey !== undefined && has(table.primaryKey.columns) ? ['primary key'] : []),
    ...(table.uniques.some((u) => has(u.columns)) ? ['unique'] : []),
    ...(table.foreignKeys.some((f) => has(f.columns)) ? ['foreign key'] : []),
  ].join(', ')
}

function columnsBlock(table: Table): Block {
  const commented = table.columns.some((c) => c.comment !== undefined)
  const heads = [
    { title: 'column', code: true },
    { title: 'type', code: true },
    { title: 'NULL' },
    { title: 'default and more', code: true },
    { title: 'key' },
    ...(commented ? [{ title: 'comment' }] : []),
  ]
  const rows = table.columns.map((c): Cell[] => {
    const { native } = c.type
    const rest = columnText({ ...c, nullable: true })
      .slice(native.length)
      .trim()
    const cells = [c.name, native, c.nullable ? 'yes' : 'no', rest, flagsOf(table, c.name)]
    return commented ? [...cells, c.comment ?? ''] : cells
  })
  return { kind: 'table', columns: heads, rows }
}

function keysBlock(table: Table): Block {
  const rows: Cell[][] = [
    ...(table.primaryKey === undefined ? [] : [['primary key', table.primaryKey.name, keyText(table.primaryKey)]]),
    ...table.uniques.map((u) => ['unique', u.name, keyText(u)]),
    ...table.foreignKeys.map((f) => ['foreign key', f.name, foreignKeyText(f)]),
    ...table.indexes.map((i) => ['index', i.name, indexText(i)]),
    ...table.checks.map((c) => ['check', c.name, checkText(c)]),
  ]
  return { kind: 'table', columns: [{ title: '' }, { title: 'name', code: true }, { title: 'what', code: true }], rows }
}

/** Who may do what with a table and its columns; null where nobody was given anything. */
function grantsBlock(table: Table): Block | null {
  const rows: Cell[][] = [
    ...(table.grants ?? []).map((g) => ['the table', g]),
    ...table.columns.flatMap((c) => (c.grants ?? []).map((g) => [c.name, g])),
  ]
  if (rows.length === 0) return null
  return {
    kind: 'table',
    columns: [
      { title: 'privileges on', code: true },
      { title: 'who may do what', code: true },
    ],
    rows,
  }
}

function optionsBlock(table: Table): Block | null {
  const options = Object.entries(table.options).filter(([name]) => name !== 'sql')
  if (options.length === 0) return null
  return { kind: 'text', text: options.map(([name, value]) => `${name}: ${value}`).join(', ') }
}

/** What hangs on a table: triggers, policies, partitions. */
function ownBlocks(schema: Schema, table: Table): Block[] {
  const own = schema.others.filter((o) => o.table !== undefined && displayName(o.table) === displayName(table.name))
  return own.map((o) => codeBlock(o, schema))
}

/** All that there is to say of a table, in the order of both forms. */
export function tableBlocks(schema: Schema, table: Table) {
  return {
    columns: columnsBlock(table),
    keys: keysBlock(table),
    options: optionsBlock(table),
    grants: grantsBlock(table),
    own: ownBlocks(schema, table),
  }
}

function tableSection(schema: Schema, table: Table, n: number): Section[] {
  const { columns, keys, options, grants, own } = tableBlocks(schema, table)
  return section(tableId(n), home(schema)(table.name), table.comment, [columns, keys, options, grants, ...own])
}

const tableId = (n: number): string => `table-${n + 1}`

function codeBlock(o: OtherObject, schema: Schema): Block {
  const title = `${o.kind} ${home(schema)(o.name)}${o.comment === undefined ? '' : ` – ${o.comment}`}`
  const made = (o.values ?? []).length > 0 ? (o.values ?? []).join('\n') : o.definition
  const code = [made, ...(o.grants ?? []).map((g) => `-- ${g}`)].join('\n')
  return { kind: 'code', title, code }
}

function overview(schema: Schema, o: DictionaryOptions): Block {
  const known = schema.tables.some((t) => t.rows !== undefined)
  const columns = [
    { title: 'table', code: true },
    { title: 'columns', number: true },
    { title: 'indexes', number: true },
    { title: 'refers to', code: true },
    ...(known ? [{ title: 'rows (about)', number: true }] : []),
  ]
  const rows = schema.tables.map((t, i): Cell[] => {
    const targets = [...new Set(t.foreignKeys.map((f) => home(schema)(f.references)))].join(', ')
    const name = { text: home(schema)(t.name), link: o.links?.[i] }
    const cells = [name, count(t.columns.length), count(t.indexes.length), targets]
    return known ? [...cells, t.rows === undefined || t.rows < 0 ? '–' : count(t.rows)] : cells
  })
  return { kind: 'table', columns, rows }
}

/** `whole`: with all columns, for Mermaid. */
export function pictureOf(diagram: ErDiagram, whole: ErDiagram): Block {
  const mermaid = mermaidThatFits(whole)
  const instead = `${plural(whole.tables.length, 'table')} are more than Mermaid draws; --format html has the diagram.`
  return { kind: 'picture', svg: erSvg(diagram), ...(mermaid === null ? { instead } : { mermaid }) }
}

function sections(schema: Schema, o: DictionaryOptions): Section[] {
  const free = schema.others.filter((o) => o.table === undefined)
  const diagram = erDiagram(schema)
  return [
    ...section('tables', 'Tables', undefined, [overview(schema, o)]),
    ...(diagram.tables.length === 0
      ? []
      : section('diagram', 'Diagram', 'PK is a primary key, FK a foreign key, ? may be NULL.', [
          pictureOf(diagram, wholeDiagram(schema)),
        ])),
    ...(o.apart ? [] : schema.tables.flatMap((t, i) => tableSection(schema, t, i))),
    ...section(
      'objects',
      'Other objects',
      undefined,
      free.map((o) => codeBlock(o, schema)),
    ),
  ]
}

export interface DictionaryOptions {
  /** Where each table is told, in the order of the tables; absent: without links. */
  readonly links?: readonly string[]
  /** The tables have pages of their own. */
  readonly apart?: boolean
}

/** The dictionary as one HTML page: its tables are told further down. */
export function linkedDictionary(schema: Schema, label: string): Report {
  return dictionary(schema, label, { links: schema.tables.map((_, i) => `#${tableId(i)}`) })
}

/** The dictionary of a schema. `label`: where it comes from. Pure. */
export function dictionary(schema: Schema, label: string, o: DictionaryOptions = {}): Report {
  const columns = schema.tables.reduce((n, t) => n + t.columns.length, 0)
  const keys = schema.tables.reduce((n, t) => n + t.foreignKeys.length, 0)
  const bytes = schema.tables.reduce((n, t) => n + (t.bytes ?? 0), 0)
  return {
    title: label,
    verdict: {
      tone: 'quiet',
      headline: schema.name === '' ? 'Schema' : schema.name,
      sentence: `${plural(schema.tables.length, 'table')}, ${plural(columns, 'column')}, ${plural(keys, 'foreign key')}.`,
    },
    figures: [
      { label: 'tables', value: count(schema.tables.length) },
      { label: 'columns', value: count(columns) },
      { label: 'foreign keys', value: count(keys) },
      { label: 'other objects', value: count(schema.others.length) },
      ...(bytes > 0 ? [{ label: 'size', value: size(bytes), note: 'by the statistics of the database' }] : []),
    ],
    facts: [
      { label: 'database', value: label },
      { label: 'engine', value: product(schema) },
      ...(schema.charset === undefined ? [] : [{ label: 'character set', value: schema.charset }]),
      ...(schema.collation === undefined ? [] : [{ label: 'collation', value: schema.collation }]),
      ...(schema.grants ?? []).map((value) => ({ label: 'privileges', value })),
    ],
    sections: sections(schema, o),
    footer: [],
  }
}
