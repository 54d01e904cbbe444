/** A Drizzle module as a desired state: read with drizzle-orm's own functions, completed by its sidecar, normalized by a scratch database. */

import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { NaruError } from '../core/error.ts'
import type { OtherObject, Schema } from '../core/schema.ts'
import { isSeveral } from '../core/schema-choice.ts'
import { markSilent } from '../diff/silence.ts'
import { temporaryFolder } from '../disk/temporary-folder.ts'
import { engineFor } from '../engines/index.ts'
import { drizzleModule } from '../schema/codegen-drizzle.ts'
import type { DrizzleDialect } from '../schema/drizzle-default.ts'
import { keepUnedited, mergeDrizzle } from '../schema/drizzle-merge.ts'
import { dialectsOf, engineOfDialect, readDrizzle } from '../schema/drizzle-read.ts'
import type { DrizzleCore, DrizzleSql } from '../schema/drizzle-shape.ts'
import { parseSidecar, type Sidecar, sidecarPath } from '../schema/sidecar.ts'
import { wholeText } from '../schema/snapshot.ts'
import { FAMILIES } from '../schema/sql-body.ts'
import { buildSteps } from './build.ts'
import { drizzleFolder, importModule } from './module-import.ts'
import { cachedSchema, cacheKey } from './schema-cache.ts'
import { openScratch } from './scratch.ts'
import { scratchKind } from './scratch-kind.ts'
import type { State, StateOptions } from './state-form.ts'
import { enterSchema, tolerant } from './state-sql.ts'

const DIALECT_CLASS = { pg: 'PgDialect', mysql: 'MySqlDialect', sqlite: 'SQLiteSyncDialect' } as const

type Printer = new () => { sqlToQuery(sql: DrizzleSql, source: 'indexes'): { readonly sql: string } }

/** The core of a dialect, from the drizzle-orm that the module uses itself. */
async function loadCore(dialect: DrizzleDialect, folder: string): Promise<DrizzleCore> {
  const url = pathToFileURL(join(folder, `${dialect}-core`, 'index.js')).href
  const core = (await import(url)) as DrizzleCore & Readonly<Record<string, unknown>>
  const printer = new (core[DIALECT_CLASS[dialect]] as Printer)()
  return {
    getTableConfig: core.getTableConfig,
    getViewConfig: core.getViewConfig,
    getMaterializedViewConfig: core.getMaterializedViewConfig,
    // As in an index: columns without their table.
    sqlText: (sql) => printer.sqlToQuery(sql.inlineParams(), 'indexes').sql,
  }
}

function dialectOf(exports: Readonly<Record<string, unknown>>, label: string): DrizzleDialect {
  const found = dialectsOf(exports)
  if (found.length === 1) return found[0]
  throw new NaruError(
    'STATE_INVALID',
    `${label} ${found.length === 0 ? 'exports no tables of drizzle-orm' : 'mixes dialects'}`,
    {
      why:
        found.length === 0
          ? 'pgTable, mysqlTable or sqliteTable made none of its exports'
          : `it has ${found.join(', ')}`,
      hint: 'Name the module that exports the tables, or an index that exports them all.',
    },
  )
}

async function readSidecar(path: string): Promise<Sidecar | null> {
  const text = await readFile(sidecarPath(path), 'utf8').catch(() => null)
  return text === null ? null : parseSidecar(text, basename(sidecarPath(path)))
}

/** The module that the sidecar's schema generates, imported beside the same drizzle-orm. */
async function generated(sidecar: Sidecar, folder: string): Promise<Record<string, unknown>> {
  const place = await temporaryFolder('drizzle')
  try {
    await mkdir(join(place, 'node_modules'))
    await symlink(folder, join(place, 'node_modules', 'drizzle-orm'), 'dir')
    const path = join(place, 'schema.mts')
    await writeFile(path, drizzleModule(sidecar.schema, sidecar))
    return await importModule(path, 'the module of the sidecar')
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

/** What a scratch database makes of the schema, so that the server spells types, defaults and expressions. */
async function built(schema: Schema, label: string, o: StateOptions): Promise<Schema> {
  const family = FAMILIES[schema.engine]
  const kind = family === undefined ? null : await scratchKind(family, o)
  const key = kind === null ? null : cacheKey('drizzle', kind, wholeText(schema))
  return cachedSchema(key, () => build(schema, label, o))
}

async function build(schema: Schema, label: string, o: StateOptions): Promise<Schema> {
  await using scratch = await openScratch({ engine: schema.engine, dev: o.dev, beside: o.beside })
  const db = scratch.database
  await enterSchema(db, schema.name === '' ? o.schema : schema.name)
  // A view that is only said to exist has no statement to make it with.
  const others = schema.others.filter((v) => !v.kind.endsWith('view') || v.definition !== '')
  const plan = await buildSteps({ ...schema, others }, db.can)
  if (plan.missing.length > 0) {
    throw new NaruError('STATE_REFUSED', `${label}: ${plan.missing[0]}`, { why: 'no statement of the engine makes it' })
  }
  for (const step of plan.steps) {
    await tolerant(db, step.sql).catch((error: unknown) => {
      if (!(error instanceof NaruError) || error.code === 'CONNECTION_LOST') throw error
      throw new NaruError('STATE_REFUSED', `${label}, ${step.object}: ${error.message}`, {
        why: `The scratch database refused: ${step.sql.replace(/\s+/g, ' ').slice(0, 160)}`,
        state: 'nothing was changed',
        cause: error,
      })
    })
  }
  if (schema.schemas !== undefined) return await db.inspect({ schema: o.schema })
  return await db.inspect({ schema: schema.engine === 'postgres' ? schema.name || undefined : undefined })
}

/** Where several schemas are meant, those that the module names are made with the rest. */
function withSchemas(schema: Schema, choice: StateOptions['schema'], quote: (name: string) => string): Schema {
  if (schema.engine !== 'postgres' || !isSeveral(choice)) return schema
  const named = [...schema.tables, ...schema.others].flatMap((o) => o.name.schema ?? [])
  const schemas = [...new Set(named)].sort()
  const made = schemas
    .filter((name) => name !== 'public')
    .map(
      (name): OtherObject => ({
        kind: 'schema',
        name: { name },
        definition: `CREATE SCHEMA ${quote(name)}`,
        details: { made: 'with the rest' },
      }),
    )
  return { ...schema, name: '', schemas, others: [...made, ...schema.others] }
}

/**
 * The state that a Drizzle module describes. With its sidecar (`schema.naru.json` beside `schema.ts`): what nobody edited since it was
 * generated is exactly as the database had it. Throws STATE_INVALID, STATE_REFUSED, DRIZZLE_MISSING, SCRATCH_UNAVAILABLE.
 */
export async function drizzleState(path: string, label: string, o: StateOptions): Promise<State> {
  const exports = await importModule(path, label)
  const dialect = dialectOf(exports, label)
  const folder = drizzleFolder(path, label)
  const sidecar = await readSidecar(path)
  const { dialect: engine } = await engineFor(engineOfDialect(dialect))
  const home = dialect !== 'pg' ? undefined : isSeveral(o.schema) ? 'public' : (o.schema ?? 'public')
  const common = { dialect, core: await loadCore(dialect, folder), engine, home }
  const read = (from: Record<string, unknown>) =>
    withSchemas(readDrizzle({ ...common, exports: from }), o.schema, engine.quote)
  const now = read(exports)
  if (sidecar === null) return { label, kind: 'drizzle', schema: markSilent(await built(now, label, o)) }
  if (sidecar.schema.engine !== now.engine) {
    throw new NaruError('STATE_INVALID', `${label} and its sidecar are of two engines`, {
      why: `the module is written for ${now.engine}, the sidecar for ${sidecar.schema.engine}`,
      hint: `Delete ${basename(sidecarPath(path))}, or write both anew with naru inspect.`,
    })
  }
  const then = read(await generated(sidecar, folder))
  const { schema, edited } = mergeDrizzle({ kept: sidecar.schema, then, now })
  if (!edited) return { label, kind: 'drizzle', schema }
  return { label, kind: 'drizzle', schema: keepUnedited(sidecar.schema, schema, await built(schema, label, o)) }
}
