/** A CSV folder as a Database. */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Capabilities } from '../../core/capabilities.ts'
import type { Address, Database, Engine, OpenOptions, RowSink, Snapshot } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { unwritable } from '../../disk/unwritable.ts'
import { auditFolder, checkFolder } from './check.ts'
import { askCommand, runCommands } from './commands.ts'
import { openFolder } from './folder.ts'
import { type Asked, askedOf } from './form.ts'
import { inspectFolder, inspectOrigin, VERSION } from './inspect.ts'
import { openLedger } from './ledger.ts'
import { openLedgerFile } from './ledger-file.ts'
import { sealFolder } from './manifest.ts'
import { withOrigin } from './origin.ts'
import { openSource } from './read.ts'
import { changeDescription } from './sidecar.ts'
import type { Place } from './table-file.ts'
import { openSink } from './write.ts'

/** What a folder of files can do. */
const CAPABILITIES: Capabilities = {
  inProcess: false,
  analyzesBesideReads: false,
  writers: null,
  sharedSnapshot: 'none',
  transactionalDdl: false,
  schemas: false,
  identifierLimit: 200,
  identifierUnit: 'bytes',
  foldsNames: false,
  indexBytes: null,
  enums: true,
  arrays: true,
  nulInText: true,
  foldsText: false,
  foreignKeysAlterable: false,
  canDisableTriggers: false,
  freeConnections: null,
  extensions: [],
}

/** Opens a folder; a target is made when something is written. Throws DATABASE_MISSING, CONNECT_FAILED. */
export async function connect(engine: Engine, address: Address, o: OpenOptions = {}): Promise<Database> {
  const path = address.path ?? '.'
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined && o.role !== 'target') {
    throw new NaruError('DATABASE_MISSING', `no folder at ${path}`, {
      hint: 'Check the path; relative paths start at the current folder.',
    })
  }
  if (stat !== undefined && !stat.isDirectory()) {
    throw new NaruError('CONNECT_FAILED', `${path} is no folder`, {
      hint: 'A csv address names the folder that holds the files.',
    })
  }
  const asked = o.role === 'target' ? askedOf(address) : foundFormat(path, askedOf(address))
  const folder = openFolder(path, asked)
  const ledger = openLedgerFile(folder)
  const place: Place = { folder, ledger, address, asked, unfinished: o.role === 'target' }
  const sinks: RowSink[] = []
  const close = async () => {
    for (const sink of sinks.splice(0)) await sink[Symbol.asyncDispose]()
  }
  return {
    engine,
    address,
    flavor: 'csv',
    version: VERSION,
    can: CAPABILITIES,
    query: async (sql) => askCommand(place, sql),
    execute: (sql) => runCommands(place, sql),
    inspect: async (scope) =>
      (scope?.origin ? inspectOrigin(place) : null) ?? (await inspectFolder(place, basename(path))),
    describe: async (origin) => changeDescription(folder, (d) => withOrigin(d, origin)),
    seal: (seal) => sealFolder(place, seal),
    check: () => checkFolder(place),
    audit: () => auditFolder(place),
    snapshot: async () => snapshot(),
    async join() {},
    async leave() {},
    source: (table, columns, options) => openSource(place, table, columns, options),
    async sink(table, columns) {
      const sink = openSink(place, table, columns)
      sinks.push(sink)
      return sink
    },
    missingRights: async (u) => (u.ledger ? unwritable(path) : []),
    ledger: () => openLedger(folder, ledger),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** A folder that holds files of the other format alone is read as what it is. */
function foundFormat(path: string, asked: Asked): Asked {
  const other: Asked = { ...asked, format: asked.format === 'csv' ? 'ndjson' : 'csv' }
  const has = (o: Asked) => openFolder(path, o).files(true).length > 0
  return !has(asked) && has(other) ? other : asked
}

/** Files have no snapshot: whoever changes them while they are read is seen. */
function snapshot(): Snapshot {
  return {
    token: { kind: 'none' },
    consistent: false,
    why: 'files have no snapshot: leave the folder alone while it is read',
    position: null,
    async joined() {},
    async close() {},
  }
}
