/** `dump:file` → the address of a temporary database that holds what was dumped. */

import { rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { disposables } from '../../core/disposables.ts'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { readSchemaChoice, type SchemaChoice } from '../../core/schema-choice.ts'
import { temporaryFolder } from '../../disk/temporary-folder.ts'
import { engineFor } from '../../engines/index.ts'
import { openDatabase } from '../open.ts'
import { canMakeOn, scratchOnServer } from '../scratch-server.ts'
import { type DumpKind, dumpBytes, dumpKind } from './kind.ts'
import { restoreDump } from './restore.ts'
import { temporaryServer } from './server.ts'

/** What was restored; disposing removes it. */
export interface OpenDump extends AsyncDisposable {
  readonly address: Address
}

export interface DumpPlace {
  readonly path: string
  /** How people know it, and how a copy that is continued finds it again. */
  readonly label: string
  /** `?on=`: where a temporary database may be made; absent: on a server of its own. */
  readonly on?: string
  /** `?schema=` of PostgreSQL. */
  readonly schema?: SchemaChoice
}

/** `dump:file?on=NAME`, taken apart. Throws ADDRESS_INVALID. */
export function parseDump(url: string): DumpPlace {
  const match = /^dump:(?:\/\/(?=\/))?([^?]+)(?:\?(.*))?$/s.exec(url)
  if (match === null)
    throw new NaruError('ADDRESS_INVALID', `"${url}" names no dump`, { hint: 'Write dump:path/to/file.' })
  const params = new URLSearchParams(match[2] ?? '')
  const path = resolve(match[1])
  const on = params.get('on')
  const schema = params.get('schema')
  return {
    path,
    label: `dump:${path}`,
    ...(on !== null && { on }),
    ...(schema !== null && { schema: readSchemaChoice(schema) }),
  }
}

/**
 * Restores a dump into a temporary database: SQLite's into a file, others on `on`, or on a server that is started for it.
 * Throws FILE_UNREADABLE, DUMP_REFUSED, SCRATCH_UNAVAILABLE.
 */
export async function openDump(place: DumpPlace, on: Address | undefined): Promise<OpenDump> {
  const kind = await dumpKind(place.path)
  if (kind === null) throw unknown(place)
  const open = kind.engine === 'sqlite' ? await inFile(place, kind) : await onServer(place, kind, on)
  const named: Address = { ...open.address, label: place.label, ...(place.schema && { schema: place.schema }) }
  return { address: named, [Symbol.asyncDispose]: () => open[Symbol.asyncDispose]() }
}

function unknown(place: DumpPlace): NaruError {
  return new NaruError('FILE_UNREADABLE', `${place.path} is no dump that naru knows`, {
    why: 'it is not there, or its first bytes are none of pg_dump, mysqldump, mariadb-dump or sqlite3 (.dump)',
    hint: 'Check the path. Archives and folders of pg_dump and plain scripts are taken, packed by gzip or not.',
    state: 'nothing was changed',
  })
}

async function inFile(place: DumpPlace, kind: DumpKind): Promise<OpenDump> {
  const folder = await temporaryFolder('dump')
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  const end = async () => {
    process.off('exit', remove)
    remove()
  }
  try {
    const engine = await engineFor('sqlite')
    const address = engine.parse(`sqlite:${join(folder, 'restored.db')}`)
    const script = kind.packed ? await text(dumpBytes(place.path, true)) : await readFile(place.path, 'utf8')
    const db = await openDatabase(address, { role: 'target' })
    await db.execute(script).finally(() => db.close())
    return { address, [Symbol.asyncDispose]: end }
  } catch (error) {
    await end()
    throw new NaruError('DUMP_REFUSED', `${place.label} could not be restored`, {
      why: (error as Error).message,
      state: 'the temporary database is gone; nothing else was changed',
      cause: error,
    })
  }
}

async function onServer(place: DumpPlace, kind: DumpKind, on: Address | undefined): Promise<OpenDump> {
  const stack = disposables()
  try {
    const engine = kind.engine === 'postgres' ? 'postgres' : 'mysql'
    if (on !== undefined && (on.engine !== engine || !canMakeOn(on))) throw otherEngine(place, kind, on)
    const server = on ?? stack.use(await temporaryServer(engine, place.label)).address
    const scratch = stack.use(await scratchOnServer(server))
    const { address } = scratch.database
    await restoreDump(place.path, kind, address, place.label)
    return { address, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

function otherEngine(place: DumpPlace, kind: DumpKind, on: Address): NaruError {
  return new NaruError('SCRATCH_UNAVAILABLE', `${place.label} cannot be restored on ${on.label}`, {
    why: `it is a dump of ${kind.engine}`,
    hint: `Name a server of ${kind.engine} with ?on=, or leave it out.`,
    state: 'nothing was changed',
  })
}
