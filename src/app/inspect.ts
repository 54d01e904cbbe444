/** `naru inspect`: a state as code, SQL, data or a page. Reads, and writes nothing but files that the caller writes. */
import { extname } from 'node:path'
import { NaruError } from '../core/error.ts'
import type { Schema } from '../core/schema.ts'
import { unreadWords } from '../core/unread.ts'
import { chooseBoth } from '../diff/choose.ts'
import type { GeneratedFile, ViewColumns } from '../schema/codegen-drizzle.ts'
import type { Naming } from '../schema/codegen-names.ts'
import { lasting, snapshotText } from '../schema/snapshot.ts'
import { unaskedCapabilities } from './diff-plan.ts'
import type { Report } from './report/document.ts'
import type { State } from './state-form.ts'

/** What `--format` may be. */
export type InspectFormat = 'drizzle' | 'kysely' | 'types' | 'sql' | 'json' | 'markdown' | 'mermaid' | 'html'

export interface InspectOptions {
  readonly format: InspectFormat
  /** Only these tables: names or globs. */
  readonly tables?: readonly string[]
  readonly exclude?: readonly string[]
  /** types: the name that mappings give the database, that of naru.config.ts. */
  readonly database?: string
  /** How identifiers of generated code are made; default camel. */
  readonly naming?: Naming
  /** Where it is to go: a file, or a folder (a path without ending, or with a slash at its end); absent: one text. */
  readonly out?: string
}

/** A file to write; `path` is relative to the folder of `--out`, or `--out` itself. */
export interface InspectedFile {
  readonly path: string
  readonly text: string
}

export interface Inspected {
  readonly files: readonly InspectedFile[]
  /** What the chosen form cannot hold, for people. */
  readonly notes: readonly string[]
}

const ENDINGS: Readonly<Record<InspectFormat, string>> = {
  drizzle: '.ts',
  kysely: '.ts',
  types: '.ts',
  sql: '.sql',
  json: '.json',
  markdown: '.md',
  mermaid: '.mmd',
  html: '.html',
}

/** Whether `--out` names a folder. */
export function isFolder(out: string): boolean {
  return /[\\/]$/.test(out) || extname(out) === ''
}

async function viewsOf(state: State, schema: Schema): Promise<ViewColumns> {
  if (state.address === undefined) return new Map()
  const { openDatabase } = await import('./open.ts')
  const { viewColumns } = await import('./view-columns.ts')
  await using db = await openDatabase(state.address, { role: 'source' })
  return await viewColumns(db, schema)
}

function refuseEngine(schema: Schema): void {
  if (['postgres', 'mysql', 'sqlite'].includes(schema.engine)) return
  throw new NaruError('UNSUPPORTED', `Drizzle has no dialect for ${schema.engine}`, {
    hint: 'Use --format json, markdown, mermaid or html.',
  })
}

async function drizzle(state: State, schema: Schema, o: InspectOptions): Promise<Inspected> {
  refuseEngine(schema)
  const { drizzleFiles, drizzleModule } = await import('../schema/codegen-drizzle.ts')
  const { sidecarPath, sidecarText } = await import('../schema/sidecar.ts')
  const naming = o.naming ?? 'camel'
  const views = await viewsOf(state, schema)
  const sidecar = sidecarText({ schema, naming, views })
  if (o.out !== undefined && isFolder(o.out)) {
    const files = drizzleFiles(schema, { naming, views }).map((f) => ({ path: `${f.name}.ts`, text: f.text }))
    return { files: [...files, { path: 'index.naru.json', text: sidecar }], notes: [] }
  }
  const path = o.out ?? 'schema.ts'
  const module = { path, text: drizzleModule(schema, { naming, views }) }
  if (o.out !== undefined) return { files: [module, { path: sidecarPath(path), text: sidecar }], notes: [] }
  return { files: [module], notes: ['what Drizzle has no words for goes into a sidecar: name a file with --out'] }
}

async function sql(state: State, schema: Schema, o: InspectOptions): Promise<Inspected> {
  const { buildFiles, buildScript, buildSteps } = await import('./build.ts')
  const built = await buildSteps(schema, state.can ?? unaskedCapabilities(schema))
  const notes = built.missing.map((m) => `not in the script: ${m}`)
  if (o.out !== undefined && isFolder(o.out)) return { files: buildFiles(built, schema.engine), notes }
  return { files: [{ path: o.out ?? 'schema.sql', text: buildScript(built, schema.engine) }], notes }
}

/** Forms in a folder: an index, and a file a table. */
async function inFiles(state: State, schema: Schema, format: InspectFormat): Promise<readonly GeneratedFile[] | null> {
  switch (format) {
    case 'kysely': {
      const { kyselyFiles } = await import('../schema/codegen-kysely.ts')
      return kyselyFiles(schema, await viewsOf(state, schema))
    }
    case 'json':
      return (await import('../schema/snapshot-folder.ts')).snapshotFiles(schema)
    case 'mermaid':
      return (await import('../schema/codegen-mermaid.ts')).mermaidFiles(schema)
    case 'markdown':
    case 'html': {
      const { dictionaryPages } = await import('./report/dictionary-pages.ts')
      const form = await pageForm(format)
      const pages = dictionaryPages(schema, state.label, ENDINGS[format])
      return pages.map(({ name, report }) => ({ name, text: form(report) }))
    }
    default:
      return null
  }
}

async function pageForm(format: 'markdown' | 'html'): Promise<(report: Report) => string> {
  return format === 'html' ? (await import('./report/html.ts')).html : (await import('./report/markdown.ts')).markdown
}

async function textOf(state: State, schema: Schema, o: InspectOptions): Promise<string> {
  const { format } = o
  switch (format) {
    case 'types':
      return (await import('../schema/codegen-transfer-types.ts')).transferTypes(schema, databaseName(o))
    case 'kysely': {
      const { kyselyModule } = await import('../schema/codegen-kysely.ts')
      return kyselyModule(schema, await viewsOf(state, schema))
    }
    case 'mermaid':
      return (await import('../schema/codegen-mermaid.ts')).mermaid(schema)
    case 'markdown':
    case 'html': {
      const { dictionary, linkedDictionary } = await import('./report/dictionary.ts')
      return (await pageForm(format))((format === 'html' ? linkedDictionary : dictionary)(schema, state.label))
    }
    default:
      return snapshotText(schema)
  }
}

function databaseName(o: InspectOptions): string {
  if (o.database !== undefined) return o.database
  throw new NaruError('USAGE', 'types for mappings are made of a database of naru.config.ts', {
    why: 'mappings name the database, so that one and the same mapping serves development and production',
    hint: 'Write the address into `databases` of naru.config.ts and give its name here.',
    state: 'nothing was written',
  })
}

/** The schema as it is shown: the chosen tables, in a stable order. Estimates of rows stay for pages that show them. */
function chosen(state: State, o: InspectOptions): Schema {
  const [schema] = chooseBoth(state.schema, state.schema, o)
  if (o.format !== 'markdown' && o.format !== 'html') return lasting(schema)
  const sizes = new Map(schema.tables.map((t) => [t.name.name, { rows: t.rows, bytes: t.bytes }]))
  const stable = lasting(schema)
  return { ...stable, tables: stable.tables.map((t) => ({ ...t, ...sizes.get(t.name.name) })) }
}

function unreadNote({ name, schemas, unread }: Schema): string[] {
  if (unread === undefined) return []
  return [
    `${schemas === undefined ? `only the schema ${name} was` : `only the schemas ${schemas.join(', ')} were`} read: not in it are ${unreadWords(unread)} of this database; ?schema=* reads all`,
  ]
}

/**
 * The state in a form of the user's choice, as files to write; the first one is what stands on standard output without `out`.
 * Throws TABLE_MISSING for names that are not there, UNSUPPORTED where the engine has no such form.
 */
export async function inspect(state: State, o: InspectOptions): Promise<Inspected> {
  const found = await inspected(state, o)
  return { ...found, notes: [...(state.schema.remarks ?? []), ...unreadNote(state.schema), ...found.notes] }
}

async function inspected(state: State, o: InspectOptions): Promise<Inspected> {
  const schema = chosen(state, o)
  if (o.format === 'drizzle') return drizzle(state, schema, o)
  if (o.format === 'sql') return sql(state, schema, o)
  const inFolder = o.out !== undefined && isFolder(o.out)
  const ending = ENDINGS[o.format]
  const many = inFolder ? await inFiles(state, schema, o.format) : null
  if (many !== null) return { files: many.map((f) => ({ path: `${f.name}${ending}`, text: f.text })), notes: [] }
  const path = o.out === undefined || inFolder ? `schema${ending}` : o.out
  const text = await textOf(state, schema, o)
  const needs = o.format === 'mermaid' ? (await import('../schema/codegen-mermaid.ts')).mermaidNeeds(text) : null
  return { files: [{ path, text }], notes: needs === null ? [] : [needs] }
}
