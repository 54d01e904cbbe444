/** A data dictionary as a folder: an index, and a page a table with what refers to it and what it refers to. */
import { displayName, type Schema, type Table } from '../../core/schema.ts'
import { wholeDiagram } from '../../schema/codegen-mermaid.ts'
import { type ErDiagram, erAround } from '../../schema/er-diagram.ts'
import { tableFiles } from '../../schema/file-names.ts'
import { count, plural, size } from '../format.ts'
import { dictionary, home, pictureOf, tableBlocks } from './dictionary.ts'
import { type Block, type Cell, type Report, type Section, section } from './document.ts'

/** A page; `name` without ending. */
export interface DictionaryPage {
  readonly name: string
  readonly report: Report
}

interface Book {
  readonly schema: Schema
  readonly label: string
  readonly whole: ErDiagram
  /** The index, relative to the pages. */
  readonly index: string
  /** Pages by `displayName` of their table. */
  readonly links: ReadonlyMap<string, string>
}

function joinedTables(table: Table, { schema, links }: Book): Block {
  const row = (word: string, other: Table['name'], here: readonly string[], there: readonly string[]): Cell[] => [
    word,
    { text: home(schema)(other), link: links.get(displayName(other)) },
    here.join(', '),
    there.join(', '),
  ]
  const own = displayName(table.name)
  const rows = [
    ...table.foreignKeys.map((f) => row('refers to', f.references, f.columns, f.referencedColumns)),
    ...schema.tables.flatMap((t) =>
      t.foreignKeys
        .filter((f) => displayName(f.references) === own)
        .map((f) => row('referred to by', t.name, f.referencedColumns, f.columns)),
    ),
  ]
  const titles = [{ title: '' }, { title: 'table', code: true }, { title: 'column here', code: true }]
  return { kind: 'table', columns: [...titles, { title: 'column there', code: true }], rows }
}

function diagramBlock(table: Table, { whole }: Book): Block {
  const diagram = erAround(whole, table.name)
  return pictureOf(diagram, diagram)
}

function pageSections(table: Table, book: Book): Section[] {
  const { columns, keys, options, grants, own } = tableBlocks(book.schema, table)
  return [
    ...section('columns', 'Columns', undefined, [columns]),
    ...section('keys', 'Keys, indexes, checks', undefined, [keys]),
    ...section('tables', 'Tables it is joined to', undefined, [joinedTables(table, book)]),
    ...section('diagram', 'Diagram', 'PK is a primary key, FK a foreign key, ? may be NULL.', [
      diagramBlock(table, book),
    ]),
    ...section('options', 'Options', undefined, [options]),
    ...section('grants', 'Privileges', undefined, [grants]),
    ...section('objects', 'What hangs on it', undefined, own),
  ]
}

function page(table: Table, book: Book): Report {
  const title = home(book.schema)(table.name)
  const { rows, bytes } = table
  const parts = [
    plural(table.columns.length, 'column'),
    plural(table.indexes.length, 'index', 'indexes'),
    plural(table.foreignKeys.length, 'foreign key'),
  ]
  return {
    title,
    ways: [{ text: 'all tables', link: book.index }],
    verdict: { tone: 'quiet', headline: title, sentence: table.comment ?? `${parts.join(', ')}.` },
    figures: [
      { label: 'columns', value: count(table.columns.length) },
      ...(rows === undefined || rows < 0 ? [] : [{ label: 'rows (about)', value: count(rows) }]),
      ...(bytes === undefined || bytes <= 0 ? [] : [{ label: 'size', value: size(bytes) }]),
    ],
    facts: [{ label: 'database', value: book.label }],
    sections: pageSections(table, book),
    footer: [],
  }
}

/** The pages of a schema; the first is the index. `ending`: of the files, with its point. `label`: where the schema comes from. Pure. */
export function dictionaryPages(schema: Schema, label: string, ending: string): DictionaryPage[] {
  const names = tableFiles(schema)
  const pathOf = (name: string) => `${encodeURIComponent(name)}${ending}`
  const book: Book = {
    schema,
    label,
    whole: wholeDiagram(schema),
    index: pathOf('index'),
    links: new Map(schema.tables.map((t, i) => [displayName(t.name), pathOf(names[i])])),
  }
  const index = dictionary(schema, label, { links: names.map(pathOf), apart: true })
  return [{ name: 'index', report: index }, ...schema.tables.map((t, i) => ({ name: names[i], report: page(t, book) }))]
}
