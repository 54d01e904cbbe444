/** What builds a CSV folder: a file a table, begun with its header, and the schema file beside them. */
import type { Ddl } from '../../core/engine.ts'
import { command } from './commands.ts'

/** Commands of this engine in place of SQL; keys and indexes are told by the schema file alone. */
export const ddl: Ddl = {
  before: () => [],
  table: (table) => [
    {
      sql: command('create', { table: table.name.name, is: table }),
      why: 'file with its header',
      object: `table ${table.name.name}`,
      exists: command('exists', { table: table.name.name }),
    },
  ],
  indexes: () => [],
  constraints: () => [],
  foreignKeys: () => [],
  counter: (table, next) => [
    {
      sql: command('counter', { table: table.name.name, next }),
      why: 'the next number, for whoever reads the folder',
      object: `counter ${table.name.name}`,
    },
  ],
  after: (table) => [
    {
      sql: command('finish', { table: table.name.name }),
      why: 'the file gets its final name',
      object: `file ${table.name.name}`,
    },
  ],
  drop: (table) => command('drop', { table: table.name }),
  truncate: (table) => command('truncate', { table: table.name }),
}
