/** A folder of CSV files → Schema: from its schema file where that fits a file's header, else from the values. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Column, Schema, Table } from '../../core/schema.ts'
import { tableName } from './folder.ts'
import { newGuess } from './infer.ts'
import { fieldText } from './record-file.ts'
import { readSidecar } from './sidecar.ts'
import { describes, openTableFile, type Place, type TableFile } from './table-file.ts'
import { parseType, typeName } from './types.ts'

/** The version of CSV that is read and written. */
export const VERSION = 'RFC 4180'

/** Reads the folder. Without a schema file every value of every file is looked at. */
export async function inspectFolder(place: Place, name: string): Promise<Schema> {
  const described = readSidecar(place.folder)
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

async function inspectTable(place: Place, name: string, described: Table | undefined): Promise<Table> {
  const file = await openTableFile(place, name)
  if (file === null) return described ?? emptyTable(name, [])
  if (described !== undefined && describes(described, file.header.columns)) return { ...described, bytes: file.length }
  return inferTable(place, name, file)
}

function emptyTable(name: string, columns: readonly Column[]): Table {
  return { name: { name }, columns, uniques: [], indexes: [], foreignKeys: [], checks: [], options: {} }
}

/** Records between two turns of the event loop. */
const STRIDE = 20_000

async function inferTable(place: Place, name: string, file: TableFile): Promise<Table> {
  const guesses = file.header.columns.map(() => newGuess())
  const nullText = place.address.params.null
  await using records = await file.records()
  const { scanner } = records
  let rows = 0
  for (;;) {
    const found = records.next()
    if (!(typeof found === 'boolean' ? found : await found)) break
    rows++
    if (rows % STRIDE === 0) await turn()
    if (scanner.trouble !== null || scanner.count !== guesses.length) continue
    for (let i = 0; i < guesses.length; i++) {
      const text = fieldText(scanner, i)
      guesses[i].see(text === nullText ? null : text)
    }
  }
  const columns = file.header.columns.map((column, i): Column => {
    const logical = guesses[i].type()
    return { name: column, type: parseType(typeName(logical)), nullable: guesses[i].nullable || rows === 0 }
  })
  return { ...emptyTable(name, columns), rows, bytes: file.length }
}
