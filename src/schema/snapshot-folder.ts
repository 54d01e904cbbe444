/** A snapshot as a folder: `index.json`, and a file for each table with what hangs on it. Made for git, where each table has its own history. */
import { NaruError } from '../core/error.ts'
import { displayName, type OtherObject, type Schema, type Table } from '../core/schema.ts'
import type { GeneratedFile } from './codegen-drizzle.ts'
import { tableFiles } from './file-names.ts'
import { lasting, parseSnapshot, stableJson } from './snapshot.ts'

const FORMAT = 1

interface TableFile {
  readonly naru?: unknown
  readonly format?: unknown
  readonly table: Table
  readonly others: readonly OtherObject[]
}

const keyOf = (table: Table): string => displayName(table.name)

/** The files; names without `.json`. Triggers, policies and the like stand with their table. Two runs give the same texts. */
export function snapshotFiles(whole: Schema): GeneratedFile[] {
  const schema = lasting(whole)
  const own = new Map<string, OtherObject[]>(schema.tables.map((t) => [keyOf(t), []]))
  const free = schema.others.filter((o) => {
    const list = o.table === undefined ? undefined : own.get(displayName(o.table))
    list?.push(o)
    return list === undefined
  })
  const names = tableFiles(schema)
  const index = {
    naru: 'snapshot folder',
    format: FORMAT,
    ...schema,
    others: free,
    tables: names.map((n) => `${n}.json`),
  }
  const files = schema.tables.map((table, i) => ({
    name: names[i],
    text: stableJson({ naru: 'snapshot table', format: FORMAT, table, others: own.get(keyOf(table)) }),
  }))
  return [{ name: 'index', text: stableJson(index) }, ...files]
}

function invalid(label: string, why: string): NaruError {
  return new NaruError('STATE_INVALID', `${label} is not a snapshot of naru`, {
    why,
    hint: 'Folders of snapshots are written by `naru inspect DB --format json --out FOLDER/`.',
  })
}

function parsed(text: string, label: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw invalid(label, (error as Error).message)
  }
}

/** Whether the text is the index of such a folder. */
export function isSnapshotIndex(text: string): boolean {
  return /^\s*\{\s*"naru":\s*"snapshot folder"/.test(text)
}

/** Names of the tables' files; each lies beside the index. Throws STATE_INVALID. */
function filesOf(index: { readonly tables?: unknown }, label: string): string[] {
  const { tables } = index
  if (!Array.isArray(tables)) throw invalid(label, 'it has no list of files in "tables"')
  for (const name of tables) {
    if (typeof name !== 'string' || !/^[^\\/]+\.json$/.test(name)) {
      throw invalid(label, `${JSON.stringify(name)} in "tables" is no name of a file beside it`)
    }
  }
  return tables as string[]
}

/** The text of the index, and how to read a file that lies beside it → schema. `label` is for people. Throws STATE_INVALID, and what `read` throws. */
export async function parseSnapshotFolder(
  text: string,
  read: (file: string) => Promise<string>,
  label: string,
): Promise<Schema> {
  const { naru: _, ...index } = parsed(text, label) as Record<string, unknown>
  const tables: Table[] = []
  const others = Array.isArray(index.others) ? [...(index.others as OtherObject[])] : []
  for (const name of filesOf(index, label)) {
    const file = parsed(await read(name), `${label}, ${name},`) as Partial<TableFile> | null
    if (file?.naru !== 'snapshot table' || !Array.isArray(file.others) || file.table === undefined) {
      throw invalid(`${label}, ${name},`, 'it is not the file of a table')
    }
    tables.push(file.table)
    others.push(...file.others)
  }
  return lasting(parseSnapshot(JSON.stringify({ ...index, naru: 'snapshot', tables, others }), label))
}
