/** Finds the tool that kept a database's versions until now. */
import type { AdoptOptions, Bookkeeping } from '../../../core/adopt.ts'
import type { Database } from '../../../core/engine.ts'
import { NaruError } from '../../../core/error.ts'
import { displayName, type Schema, type Table } from '../../../core/schema.ts'
import { readBookkeeping } from '../../../revisions/bookkeeping.ts'
import {
  companionsOf,
  FRAMEWORKS,
  type Framework,
  frameworkByColumns,
  frameworkOf,
} from '../../../schema/version-tables.ts'
import { plural, someOf } from '../../format.ts'

/** A tool's tables, and where they were read. */
interface Place {
  readonly framework: Framework
  readonly table: Table
  readonly companions: readonly Table[]
  readonly schema: Schema
}

/** The tool that is taken over from: what it says, and the tables that stay its own. */
export interface FoundTool {
  readonly bookkeeping: Bookkeeping
  readonly tables: readonly Table[]
  /** Its table is called as the tool calls it by itself: later comparisons know it without being told. */
  readonly usual: boolean
}

function refused(what: string, why: string, hint: string): NaruError {
  return new NaruError('ADOPT_REFUSED', what, { why, hint, state: 'nothing was changed' })
}

function placesIn(schema: Schema, framework: (t: Table) => Framework | undefined): Place[] {
  return schema.tables.flatMap((table) => {
    const found = framework(table)
    if (found === undefined) return []
    return [{ framework: found, table, companions: companionsOf(found, table, schema.tables), schema }]
  })
}

/** PostgreSQL: Drizzle's own schema; a table named with its schema. Null where there is no such schema. */
async function schemaNamed(db: Database, name: string): Promise<Schema | null> {
  const [there] = await db.query('SELECT 1 AS there FROM pg_namespace WHERE nspname = $1', [name])
  return there === undefined ? null : db.inspect({ schema: name })
}

async function usualPlaces(db: Database, schema: Schema): Promise<Place[]> {
  const places = placesIn(schema, frameworkOf)
  if (db.engine.name !== 'postgres') return places
  for (const framework of FRAMEWORKS) {
    if (framework.ownSchema === undefined || framework.ownSchema === schema.name) continue
    const own = await schemaNamed(db, framework.ownSchema)
    if (own !== null) places.push(...placesIn(own, (t) => (frameworkOf(t) === framework ? framework : undefined)))
  }
  return places
}

const isTool = (framework: Framework, tool: string | undefined): boolean =>
  tool === undefined || framework.name.toLowerCase() === tool.toLowerCase()

async function placeNamed(db: Database, schema: Schema, { table, tool }: AdoptOptions): Promise<Place> {
  const wanted = table ?? ''
  const [, home, rest] = /^([^.]+)\.(.+)$/s.exec(wanted) ?? []
  const other = home === undefined || db.engine.name !== 'postgres' ? null : await schemaNamed(db, home)
  const places = [schema, ...(other === null ? [] : [other])].flatMap((s) =>
    s.tables.filter((t) => t.name.name === (s === other ? rest : wanted)).map((t) => ({ schema: s, table: t })),
  )
  const [place] = places
  if (place === undefined) {
    const names = schema.tables.map((t) => displayName(t.name))
    const why = names.length === 0 ? 'there are no tables' : `there are ${someOf(names, 8)}`
    throw new NaruError('TABLE_MISSING', `there is no table ${wanted}`, { why, state: 'nothing was changed' })
  }
  const framework = frameworkByColumns(place.table, (f) => isTool(f, tool))
  if (framework === undefined) {
    const columns = place.table.columns.map((c) => c.name).join(', ')
    throw refused(
      `${wanted} is no table of versions${tool === undefined ? '' : ` of ${tool}`}`,
      `its columns are ${columns}`,
      'Name the table in which the tool keeps its migrations, or take the database over without a tool: --none.',
    )
  }
  return { ...place, framework, companions: companionsOf(framework, place.table, place.schema.tables) }
}

function theOnly(places: readonly Place[], tool: string | undefined): Place {
  const fitting = places.filter((p) => isTool(p.framework, tool))
  if (fitting.length === 1) return fitting[0]
  const found = places.map((p) => `${displayName(p.table.name)} (${p.framework.name})`)
  if (fitting.length > 1) {
    const tools = new Set(fitting.map((p) => p.framework.name.toLowerCase()))
    throw refused(
      `the versions of ${plural(fitting.length, 'tool')} are in this database`,
      `there are ${found.join(' and ')}`,
      tools.size > 1
        ? `Say which one is in charge: --tool ${[...tools].join(' or --tool ')}.`
        : 'Say which table is in charge with --table.',
    )
  }
  throw refused(
    tool === undefined
      ? 'no tool seems to have kept the versions of this database'
      : `there are no versions of ${tool}`,
    found.length === 0 ? 'no table is one in which a known tool keeps them' : `there are ${found.join(' and ')}`,
    'Name its table with --table where it is called otherwise, or take the database over as it is: --none.',
  )
}

function refuseUnknown(tool: string | undefined): void {
  if (tool === undefined || FRAMEWORKS.some((f) => isTool(f, tool))) return
  throw new NaruError('USAGE', `--tool ${tool}: there is no such tool`, {
    why: `known are ${FRAMEWORKS.map((f) => f.name.toLowerCase()).join(', ')}`,
  })
}

function refuseUnfinished({ tool, unfinished }: Bookkeeping): void {
  if (unfinished.length === 0) return
  throw refused(
    `${tool} is not done with this database`,
    unfinished.map((u) => u.what).join('; '),
    `${[...new Set(unfinished.map((u) => u.next))].join('; ')}. Where the schema is right as it is: --force.`.replace(
      /^./,
      (c) => c.toUpperCase(),
    ),
  )
}

/**
 * The tool that is in charge by its table of versions; null with `none`. Throws ADOPT_REFUSED where there is none or several, or where the tool says that
 * something is unfinished; TABLE_MISSING, USAGE.
 */
export async function findTool(db: Database, schema: Schema, o: AdoptOptions): Promise<FoundTool | null> {
  refuseUnknown(o.tool)
  if (o.none) return null
  const place = o.table === undefined ? theOnly(await usualPlaces(db, schema), o.tool) : await placeNamed(db, schema, o)
  const bookkeeping = await readBookkeeping(db, { ...place, home: schema.name })
  if (!o.force) refuseUnfinished(bookkeeping)
  const tables = [place.table, ...place.companions]
  return { bookkeeping, tables, usual: frameworkOf(place.table) !== undefined }
}
