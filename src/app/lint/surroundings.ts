/** What the database says of the tables that scripts are about. */
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { LintEngine, LintOptions } from '../../core/lint.ts'
import type { ObjectName, Schema, Table } from '../../core/schema.ts'
import type { LintContext } from '../../revisions/lint/rule.ts'
import { FAMILIES } from '../../schema/sql-body.ts'
import { openDatabase } from '../open.ts'

/** The engine whose rules hold for a name of `--engine`. Throws USAGE where there is none. */
export function lintEngine(name: string | undefined): LintEngine {
  const engine = FAMILIES[name ?? '']
  if (engine !== undefined) return engine
  throw new NaruError('USAGE', 'it is not known for which engine the scripts are written', {
    why: name === undefined ? 'nothing names an engine or a database' : `${name} has no rules`,
    hint: 'Say it with --engine postgres, mysql, mariadb or sqlite, or name a database with --database.',
  })
}

/** Tables by name; a name without schema means the first that has it. */
function finder(schema: Schema): (name: ObjectName) => Table | undefined {
  const byName = Map.groupBy(schema.tables, (t) => t.name.name)
  return ({ schema: wanted, name }) => {
    const found = byName.get(name) ?? []
    return wanted === undefined ? found[0] : found.find((t) => (t.name.schema ?? wanted) === wanted)
  }
}

/** Asks the database once: its version, the size of its tables, the types of their columns. */
async function asked(address: Address): Promise<Partial<LintContext>> {
  await using db = await openDatabase(address, { role: 'source' })
  const find = finder(await db.inspect({ schema: address.schema }))
  return {
    flavor: db.flavor,
    version: db.version,
    size: (name) => {
      const table = find(name)
      if (table === undefined) return null
      const { rows, bytes } = table
      return { ...(rows !== undefined && { rows }), ...(bytes !== undefined && { bytes }) }
    },
    columnType: (name, column) => find(name)?.columns.find((c) => c.name === column)?.type.native ?? null,
  }
}

/**
 * Surroundings of plain scripts. Throws USAGE where neither options nor address name an engine that has rules, or both name different ones;
 * and what opening the database throws.
 */
export async function lintContext(o: LintOptions, address: Address | undefined): Promise<LintContext> {
  const engine = lintEngine(o.engine ?? address?.engine)
  if (address !== undefined && lintEngine(address.engine) !== engine) {
    throw new NaruError('USAGE', `the scripts are for ${o.engine}, and ${address.label} is ${address.engine}`, {
      hint: 'Name a database of the same engine, or none.',
    })
  }
  const said = o.engine === 'mariadb' ? { flavor: 'mariadb' } : {}
  const known = address === undefined ? said : await asked(address)
  return {
    engine,
    inTransaction: o.inTransaction === true,
    ...known,
    ...(o.targetVersion !== undefined && { version: o.targetVersion }),
  }
}
