/** docs/engines.md: what each engine says of itself when it is opened, and how it renders each meaning of a type. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Capabilities } from '../../src/core/capabilities.ts'
import type { Database, RenderOptions } from '../../src/core/engine.ts'
import type { LogicalType } from '../../src/core/schema.ts'
import { engineFor } from '../../src/engines/index.ts'
import { dedicatedServer } from '../../test/harness/servers.ts'
import { code, page, table } from './markdown.ts'

/** What is known of an opened engine; the database itself is closed again. */
interface Known {
  readonly flavor: string
  readonly can: Capabilities
  readonly render: (type: LogicalType, indexed: boolean) => { readonly native: string; readonly loss?: string }
}

/** Capabilities in words. `extensions` and `freeConnections` are left out: they depend on the server at hand. */
const CAPABILITIES: readonly (readonly [string, (can: Capabilities) => string | number | boolean | null])[] = [
  ['lives in this process (one lane, no threads)', (can) => can.inProcess],
  ['statistics can be gathered while others read', (can) => can.analyzesBesideReads],
  ['connections that may write at once', (can) => can.writers ?? 'no limit of its own'],
  ['how lanes share one moment of the source', (can) => SNAPSHOTS[can.sharedSnapshot]],
  ['statements on tables can be rolled back', (can) => can.transactionalDdl],
  ['has schemas', (can) => can.schemas],
  [
    'longest name',
    (can) => (can.identifierLimit === null ? 'no limit' : `${can.identifierLimit} ${can.identifierUnit}`),
  ],
  ['names that differ in case only are one', (can) => can.foldsNames],
  ['largest index entry', (can) => (can.indexBytes === null ? 'no limit that matters' : `${can.indexBytes} bytes`)],
  ['enums', (can) => can.enums],
  ['arrays', (can) => can.arrays],
  ['U+0000 within text', (can) => can.nulInText],
  ["text keys take 'a' and 'A' for one", (can) => can.foldsText],
  ['foreign keys can be added later', (can) => can.foreignKeysAlterable],
  ['triggers and foreign keys can be off while loading', (can) => can.canDisableTriggers],
]

const SNAPSHOTS = {
  export: 'by name',
  lock: 'joined under a short lock',
  none: 'not: each reader for itself',
} as const satisfies Record<Capabilities['sharedSnapshot'], string>

const TYPES: readonly (readonly [string, LogicalType])[] = [
  ['boolean', { kind: 'bool' }],
  ['integer, 8 bits', { kind: 'int', bits: 8 }],
  ['integer, 8 bits, unsigned', { kind: 'int', bits: 8, unsigned: true }],
  ['integer, 16 bits', { kind: 'int', bits: 16 }],
  ['integer, 24 bits', { kind: 'int', bits: 24 }],
  ['integer, 32 bits', { kind: 'int', bits: 32 }],
  ['integer, 32 bits, unsigned', { kind: 'int', bits: 32, unsigned: true }],
  ['integer, 64 bits', { kind: 'int', bits: 64 }],
  ['integer, 64 bits, unsigned', { kind: 'int', bits: 64, unsigned: true }],
  ['decimal', { kind: 'decimal' }],
  ['decimal(12,2)', { kind: 'decimal', precision: 12, scale: 2 }],
  ['decimal(100,40)', { kind: 'decimal', precision: 100, scale: 40 }],
  ['float, 32 bits', { kind: 'float', bits: 32 }],
  ['float, 64 bits', { kind: 'float', bits: 64 }],
  ['bits(1)', { kind: 'bits', length: 1 }],
  ['bits(12)', { kind: 'bits', length: 12 }],
  ['text', { kind: 'text' }],
  ['text of 40', { kind: 'text', max: 40 }],
  ['text of exactly 3', { kind: 'text', max: 3, fixed: true }],
  ['bytes', { kind: 'bytes' }],
  ['bytes of exactly 16', { kind: 'bytes', max: 16, fixed: true }],
  ['date', { kind: 'date' }],
  ['time', { kind: 'time', fraction: 0, zone: false }],
  ['timestamp', { kind: 'timestamp', fraction: 6, zone: false }],
  ['timestamp with zone', { kind: 'timestamp', fraction: 6, zone: true }],
  ['interval', { kind: 'interval' }],
  ['uuid', { kind: 'uuid' }],
  ['json', { kind: 'json' }],
  ['inet', { kind: 'inet' }],
  ['enum', { kind: 'enum', values: ['new', 'paid'] }],
  ['set', { kind: 'set', values: ['red', 'blue'] }],
  ['array of 32-bit integers', { kind: 'array', of: { kind: 'int', bits: 32 } }],
  ['geometry', { kind: 'geometry' }],
]

function known(database: Database): Known {
  const can = { ...database.can, extensions: [] }
  return {
    flavor: database.flavor,
    can,
    render(type, indexed) {
      const options: RenderOptions = { indexed, can, typeName: { name: 'table_column' } }
      const { type: rendered, loss } = database.engine.dialect.renderType(type, options)
      return { native: rendered.native, loss }
    },
  }
}

async function open(url: string): Promise<Known> {
  const engine = await engineFor(url.slice(0, url.indexOf(':')))
  await using database = await engine.open(engine.parse(url), { role: 'target' })
  return known(database)
}

/** Opens one database of each engine: servers of the test harness, and files in a temporary folder. */
async function openAll(): Promise<readonly Known[]> {
  const folder = mkdtempSync(join(tmpdir(), 'naru-docs-'))
  try {
    await using postgres = await dedicatedServer('postgres')
    await using mysql = await dedicatedServer('mysql')
    const files = [`pglite:${join(folder, 'pglite')}`, `sqlite:${join(folder, 'db')}`, `csv:${join(folder, 'csv')}`]
    const [pglite, sqlite, csv] = files
    return await Promise.all([postgres.url, pglite, `${mysql.url}mysql`, sqlite, csv].map(open))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const shown = (value: string | number | boolean | null) =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)

function typeRow(name: string, type: LogicalType, engines: readonly Known[]): string[] {
  const cells = engines.map((engine) => {
    const { native, loss } = engine.render(type, false)
    const key = engine.render(type, true).native
    return `${code(native)}${key === native ? '' : `, in a key ${code(key)}`}${loss === undefined ? '' : ` (${loss})`}`
  })
  return [name, ...cells]
}

/** What each engine can, and its type for each meaning. */
export async function enginesPage(): Promise<string> {
  const engines = await openAll()
  const head = ['', ...engines.map((engine) => engine.flavor)]
  const can = CAPABILITIES.map(([name, of]) => [name, ...engines.map((engine) => shown(of(engine.can)))])
  return page(
    'Engines',
    'src/engines',
    '`naru` asks an engine what it can, never for its name. MySQL is as MariaDB here, unless said otherwise.',
    '## What each can',
    table(head, can),
    '## Types',
    'How a meaning from another engine is rendered; what is lost stands in brackets. Within one engine native types are kept exactly.',
    table(
      head,
      TYPES.map(([name, type]) => typeRow(name, type, engines)),
    ),
  )
}
