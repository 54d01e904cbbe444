/** What a CSV folder takes in place of SQL: one command a line, a verb and JSON. They come from this engine's own DDL. */
import { rmSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Row } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Table } from '../../core/schema.ts'
import { guarded, replaceBytes, syncFolder } from './files.ts'
import { isPacked } from './folder.ts'
import { type Form, newForm } from './form.ts'
import { headerLine } from './row-writer.ts'
import { changeDescription, type Described, pack, readDescription, unpack, unseal } from './sidecar.ts'
import { openTableFile, type Place } from './table-file.ts'
import { finishFile } from './write.ts'

type Verb = 'create' | 'drop' | 'truncate' | 'counter' | 'finish' | 'exists'

interface Arguments {
  readonly table: string
  readonly is?: Table
  readonly next?: bigint
}

/** A command's text. */
export function command(verb: Verb, o: Arguments): string {
  return `${verb} ${pack(o)}`
}

/** Runs commands, one a line. Throws UNSUPPORTED for anything else: a folder of files takes no SQL. */
export async function runCommands(place: Place, text: string): Promise<void> {
  for (const line of text.split('\n')) if (line.trim() !== '') await runCommand(place, parse(line))
}

/** Answers `exists`: one row where the table's file is there. */
export function askCommand(place: Place, text: string): Row[] {
  const { verb, args } = parse(text)
  if (verb !== 'exists') throw noSql(text)
  const file = place.folder.fileOf(args.table)
  return place.folder.files(true).includes(file) ? [{ one: 1 }] : []
}

function noSql(text: string): NaruError {
  return new NaruError('UNSUPPORTED', 'a CSV folder takes no SQL', {
    why: `asked for ${text.slice(0, 200)}`,
    hint: 'Copy the folder into SQLite first (naru copy csv:… sqlite:…), then ask there.',
  })
}

function parse(line: string): { verb: Verb; args: Arguments } {
  const match = /^(create|drop|truncate|counter|finish|exists) (\{.*\})$/s.exec(line.trim())
  if (match === null) throw noSql(line)
  return { verb: match[1] as Verb, args: unpack<Arguments>(match[2]) }
}

async function runCommand(place: Place, { verb, args }: ReturnType<typeof parse>): Promise<void> {
  const { folder } = place
  const file = folder.fileOf(args.table)
  switch (verb) {
    case 'create':
      return create(place, args.is as Table)
    case 'drop':
      remove(place, file)
      if (readDescription(folder).tables.length > 0) changeDescription(folder, (d) => without(d, args.table))
      return
    case 'truncate':
      return truncate(place, args.table)
    case 'counter':
      return changeDescription(folder, (d) => ({
        ...d,
        tables: d.tables.map((t) => (t.name.name === args.table ? withCounter(t, args.next ?? 1n) : t)),
      }))
    case 'finish':
      return finishFile(place, file)
    case 'exists':
      return
  }
}

function withCounter(table: Table, next: bigint): Table {
  return table.counter === undefined ? table : { ...table, counter: { ...table.counter, next } }
}

/** What a copy told of where the rows of a table come from stays: it was told before the table was made anew. */
function without(d: Described, table: string): Described {
  const { [table]: _, ...forms } = d.forms
  return { ...d, tables: d.tables.filter((t) => t.name.name !== table), forms }
}

/** A table begins as an unfinished file that holds its header; the description tells what it is. */
function create(place: Place, table: Table): void {
  const { folder } = place
  const name = table.name.name
  const file = folder.fileOf(name)
  if (folder.files(true).includes(file)) {
    throw new NaruError('TABLE_EXISTS', `${folder.current(file)} is there already`)
  }
  if (table.columns.length === 0)
    throw new NaruError('UNSUPPORTED', `${name} has no columns`, { why: 'a CSV file needs a header' })
  folder.make()
  const form = newForm(place.asked)
  changeDescription(folder, (d) => {
    const rest = without(d, name)
    return { ...rest, tables: [...rest.tables, table], forms: { ...rest.forms, [name]: form } }
  })
  startFile(
    place,
    file,
    form,
    table.columns.map((c) => c.name),
  )
}

/** NDJSON has no header: its lines name their keys. */
function startFile(place: Place, file: string, form: Form, columns: readonly string[]): void {
  const header = place.asked.format === 'ndjson' ? Buffer.alloc(0) : headerLine(columns, form)
  const bytes = isPacked(file) && header.length > 0 ? gzipSync(header) : header
  place.ledger.append({ file, length: bytes.length })
  replaceBytes(place.folder.partOf(file), bytes)
}

async function truncate(place: Place, table: string): Promise<void> {
  const there = await openTableFile(place, table)
  const described = readDescription(place.folder).tables.find((t) => t.name.name === table)
  const columns = there?.header.columns ?? described?.columns.map((c) => c.name) ?? []
  const file = place.folder.fileOf(table)
  unseal(place.folder)
  remove(place, file)
  startFile(place, file, there?.form ?? newForm(place.asked), columns)
}

function remove(place: Place, file: string): void {
  guarded(`cannot remove ${file}`, () => {
    rmSync(place.folder.partOf(file), { force: true })
    rmSync(place.folder.inside(file), { force: true })
    if (place.folder.exists()) syncFolder(place.folder.path)
  })
  if (place.ledger.exists()) place.ledger.append({ file, length: null })
}
