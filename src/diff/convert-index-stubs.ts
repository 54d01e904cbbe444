/** Statements to start from for indexes that do not come along: full text, spatial, GIN and their like. */
import type { Index, Table } from '../core/schema.ts'
import { type ConvertContext, targetColumn, targetTable } from './convert-context.ts'

/** Methods that the other engines can stand in for with a btree. */
const ORDINARY: ReadonlySet<string> = new Set(['', 'btree', 'hash', 'brin', 'rtree btree'])

/** Whether an index is of a kind that has no plain counterpart. */
export function specialIndex(index: Index): boolean {
  return !ORDINARY.has(index.method.toLowerCase())
}

/** SQL for the target to start from. */
export function indexStub(c: ConvertContext, table: Table, index: Index): string {
  const name = c.targetDialect.table(targetTable(c, table.name) ?? table.name)
  const columns = index.parts.flatMap((p) =>
    p.column === undefined ? [] : [c.targetDialect.quote(targetColumn(c, table.name, p.column))],
  )
  const own = c.targetDialect.quote(index.name)
  const method = index.method.toLowerCase()
  if (c.to.grammar === 'postgres') return postgresStub(name, own, columns, method, index)
  if (c.to.grammar === 'mysql') return mysqlStub(name, own, columns, method, index)
  if (method === 'fulltext' || method === 'gin' || method === 'gist') {
    return `-- SQLite: a table of its own, kept in step by triggers\n-- CREATE VIRTUAL TABLE ${own} USING fts5(${columns.join(', ')}, content=${name});`
  }
  return plainStub(name, own, columns, index)
}

function postgresStub(name: string, own: string, columns: readonly string[], method: string, index: Index): string {
  if (method === 'fulltext') {
    const text = columns.map((k) => `coalesce(${k}, '')`).join(` || ' ' || `)
    return `CREATE INDEX ${own} ON ${name} USING gin (to_tsvector('simple', ${text}));`
  }
  if (method === 'spatial' || method === 'rtree') {
    return `-- needs the extension postgis and the column as geometry\n-- CREATE INDEX ${own} ON ${name} USING gist (${columns.join(', ')});`
  }
  return plainStub(name, own, columns, index)
}

function mysqlStub(name: string, own: string, columns: readonly string[], method: string, index: Index): string {
  if (method === 'gin' || method === 'gist') {
    return `-- for words in text columns\n-- CREATE FULLTEXT INDEX ${own} ON ${name} (${columns.join(', ')});\n-- for points and shapes\n-- CREATE SPATIAL INDEX ${own} ON ${name} (${columns.join(', ')});`
  }
  return plainStub(name, own, columns, index)
}

/** The plain index, as a comment: the expression or predicate is for people to rewrite. */
function plainStub(name: string, own: string, columns: readonly string[], index: Index): string {
  const unique = index.unique ? 'UNIQUE ' : ''
  const parts = columns.length > 0 ? columns.join(', ') : '…'
  return `-- CREATE ${unique}INDEX ${own} ON ${name} (${parts});`
}
