/** A folder of CSV files → Schema: from its schema file where that fits a file's header, else from the values. */
import { statSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { type Column, plainTable, type Schema, type Table } from '../../core/schema.ts'
import { tableName } from './folder.ts'
import { newGuess } from './infer.ts'
import { folderTable, originSchema } from './origin.ts'
import { fieldText } from './record-file.ts'
import { BARE } from './scanner.ts'
import { readDescription } from './sidecar.ts'
import { openTableFile, type Place, type TableFile } from './table-file.ts'
import { parseType, typeName } from './types.ts'

/** The version of CSV that is read and written. */
export const VERSION = 'RFC 4180'

/** Reads the folder as what it is. Without a description every value of every file is looked at. */
export async function inspectFolder(place: Place, name: string): Promise<Schema> {
  const { tables: described } = readDescription(place.folder)
  const tables: Table[] = []
  for (const file of place.folder.files(place.unfinished)) {
    const table = tableName(file)
    tables.push(
      await inspectTable(
        place,
        table,
        described.find((t) => t.name.name === table),
      ),
    )
  }
  return { engine: 'csv', flavor: 'csv', version: VERSION, name, charset: 'UTF-8', tables, others: [] }
}

/** The folder as the database that it was written of; null where it does not know that. */
export function inspectOrigin(place: Place): Schema | null {
  const { folder } = place
  const described = readDescription(folder)
  const files = folder.files(place.unfinished)
  const origin = originSchema(described, files.map(tableName))
  if (origin === null) return null
  const tables = origin.tables.map((table) => {
    const size = statSync(folder.current(folder.fileOf(folderTable(described, table.name))), { throwIfNoEntry: false })
    return { ...table, ...(size !== undefined && { bytes: size.size }) }
  })
  return { ...origin, tables }
}

async function inspectTable(place: Place, name: string, described: Table | undefined): Promise<Table> {
  const file = await openTableFile(place, name)
  if (file === null) return described ?? plainTable({ name }, [])
  if (file.described !== undefined) return { ...file.described, bytes: file.length }
  return inferTable(place, name, file)
}

/** Records between two turns of the event loop. */
const STRIDE = 20_000

async function inferTable(place: Place, name: string, file: TableFile): Promise<Table> {
  const guesses = file.header.columns.map(() => newGuess(file.form.spelling))
  const nullText = file.form.null
  await using records = await file.records()
  const { scanner } = records
  const json = place.asked.format === 'ndjson'
  let rows = 0
  for (;;) {
    const found = records.next()
    if (!(typeof found === 'boolean' ? found : await found)) break
    rows++
    if (rows % STRIDE === 0) await turn()
    if (scanner.trouble !== null || scanner.count !== guesses.length) continue
    for (let i = 0; i < guesses.length; i++) {
      const text = fieldText(scanner, i)
      const quoted = scanner.forms[i] !== BARE
      guesses[i].see(text === nullText && !quoted ? null : text, json ? (quoted ? 'string' : 'literal') : 'field')
    }
  }
  const columns = file.header.columns.map((column, i): Column => {
    const logical = guesses[i].type()
    return { name: column, type: parseType(typeName(logical)), nullable: guesses[i].nullable || rows === 0 }
  })
  return { ...plainTable({ name }, columns), rows, bytes: file.length }
}
