/** What other tools remember of their migrations: which are applied, the last one, and what they left unfinished. Reads only. */
import type { Bookkeeping } from '../core/adopt.ts'
import type { Database, Row } from '../core/engine.ts'
import { tableLabel } from '../core/plan.ts'
import type { Table } from '../core/schema.ts'
import type { Framework } from '../schema/version-tables.ts'

type Found = Omit<Bookkeeping, 'tool' | 'table'>

/** Rows with columns in lower case, oldest first. */
type Reading = (rows: readonly Row[], companions: readonly Row[]) => Found

const text = (row: Row, column: string) => String(row[column] ?? '')
const isTrue = (row: Row, column: string) => [true, 1, 1n, '1', 't', 'true', 'Y'].includes(row[column] as never)

function plain(column: string): Reading {
  return (rows) => ({ applied: rows.length, last: rows.slice(-1).map((r) => text(r, column)), unfinished: [] })
}

const alembic: Reading = (rows) => ({
  applied: rows.length,
  last: rows.map((r) => text(r, 'version_num')),
  unfinished: [],
})

/** Each application has a line of migrations of its own. */
const django: Reading = (rows) => {
  const last = new Map(rows.map((r) => [text(r, 'app'), text(r, 'name')]))
  return { applied: rows.length, last: [...last].map(([app, name]) => `${app} ${name}`), unfinished: [] }
}

/** `UNDO_SQL` and `DELETE` take back the migration of that version; the row of SCHEMA only says who made the schema. */
const flyway: Reading = (rows) => {
  const applied = new Map<string, string>()
  for (const row of rows.filter((r) => isTrue(r, 'success'))) {
    const type = text(row, 'type')
    const version = row.version === null ? '' : text(row, 'version')
    const key = version === '' ? `R ${text(row, 'script')}` : version
    if (/^UNDO|^DELETE/.test(type)) applied.delete(key)
    else if (type !== 'SCHEMA') applied.set(key, version)
  }
  const versions = [...applied.values()].filter((v) => v !== '')
  return {
    applied: applied.size,
    last: versions.slice(-1),
    unfinished: rows
      .filter((r) => !isTrue(r, 'success'))
      .map((r) => ({
        what: `the migration ${text(r, 'script')} failed`,
        next: 'finish by hand what it began or take it back, then run `flyway repair`',
      })),
  }
}

/** A migration that was rolled back by `prisma migrate resolve` counts as never run; its name may stand there again. */
const prisma: Reading = (rows) => {
  const counting = rows.filter((r) => r.rolled_back_at == null)
  const done = counting.filter((r) => r.finished_at !== null)
  return {
    applied: new Set(done.map((r) => text(r, 'migration_name'))).size,
    last: done.slice(-1).map((r) => text(r, 'migration_name')),
    unfinished: counting
      .filter((r) => r.finished_at === null)
      .map((r) => ({
        what: `the migration ${text(r, 'migration_name')} was begun and not finished`,
        next: `see what of it is there, then run \`prisma migrate resolve\` with --applied or --rolled-back`,
      })),
  }
}

const knex: Reading = (rows, locks) => ({
  ...plain('name')(rows, locks),
  unfinished: locks.some((r) => isTrue(r, 'is_locked'))
    ? [
        {
          what: 'its lock is held: a migration is running, or broke off',
          next: 'wait for it, or see what of it is there and run `knex migrate:unlock`',
        },
      ]
    : [],
})

/** Named since 1.0; before, a file is known by its hash and the moment in the journal, in milliseconds. */
const drizzle: Reading = (rows) => {
  const name = (r: Row) => {
    if (typeof r.name === 'string' && r.name !== '') return r.name
    const moment = new Date(Number(r.created_at))
    const when = Number.isNaN(moment.getTime()) ? text(r, 'created_at') : moment.toISOString().slice(0, 19)
    return `${when} (${text(r, 'hash').slice(0, 12)})`
  }
  return { applied: rows.length, last: rows.slice(-1).map(name), unfinished: [] }
}

const liquibase: Reading = (rows, locks) => ({
  ...plain('id')(rows, locks),
  unfinished: locks.some((r) => isTrue(r, 'locked'))
    ? [{ what: 'its lock is held', next: 'wait for the update that holds it, or run `liquibase release-locks`' }]
    : [],
})

const golangMigrate: Reading = (rows, locks) => ({
  ...plain('version')(rows, locks),
  unfinished: rows
    .filter((r) => isTrue(r, 'dirty'))
    .map((r) => ({
      what: `the migration ${text(r, 'version')} broke off (dirty)`,
      next: 'finish by hand what it began or take it back, then run `migrate force` with the version that is true',
    })),
})

const READINGS: Readonly<Record<string, Reading>> = {
  Alembic: alembic,
  Django: django,
  Flyway: flyway,
  Prisma: prisma,
  Knex: knex,
  Drizzle: drizzle,
  Liquibase: liquibase,
  'golang-migrate': golangMigrate,
}

/** Companions that hold no lock are not read. */
const LOCKS = /lock$/i

async function rowsOf(db: Database, table: Table, order: string | null): Promise<Row[]> {
  const { dialect } = db.engine
  const column = table.columns.find((c) => c.name.toLowerCase() === order)
  const by = column === undefined ? '' : ` ORDER BY ${dialect.quote(column.name)}`
  const rows = await db.query(`SELECT * FROM ${dialect.table(table.name)}${by}`)
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value])))
}

/** Reads a tool's table of versions and its locks. `home`: the schema that needs no name. Throws QUERY_FAILED where they cannot be read. */
export async function readBookkeeping(
  db: Database,
  o: {
    readonly framework: Framework
    readonly table: Table
    readonly companions: readonly Table[]
    readonly home: string
  },
): Promise<Bookkeeping> {
  const { framework, table } = o
  const rows = await rowsOf(db, table, framework.newest)
  const locks: Row[] = []
  for (const other of o.companions) {
    if (LOCKS.test(other.name.name)) locks.push(...(await rowsOf(db, other, null)))
  }
  const read = READINGS[framework.name] ?? plain(framework.version[0])
  return { tool: framework.name, table: tableLabel(table.name, o.home), ...read(rows, locks) }
}
