/** Rows of virtual tables, from one file into another: their shadow tables are written by their modules alone. */
import type { DatabaseSync } from 'node:sqlite'
import type { OtherObject } from '../../core/schema.ts'
import { literal, quote } from './literal.ts'
import { virtualTable } from './virtual-table.ts'

const SOURCE = 'naru_source'

/** Fills a virtual table from the file at `path`, unless it has rows. Null, or why its rows cannot come along. */
export function carryRows(db: DatabaseSync, object: OtherObject, path: string): string | null {
  const name = quote(object.name.name)
  const { content, rowid } = virtualTable(object.definition)
  if (content === null) return carryOwnRows(db, object, path, rowid)
  if (content === '') return 'it keeps an index without the texts: they cannot be read from it'
  // Its texts are those of a table that has arrived.
  db.exec(`INSERT INTO main.${name} (${name}) VALUES ('rebuild')`)
  return null
}

function carryOwnRows(db: DatabaseSync, object: OtherObject, path: string, rowid: boolean): string | null {
  const name = quote(object.name.name)
  if (db.prepare(`SELECT 1 FROM main.${name} LIMIT 1`).all().length > 0) return null
  db.exec(`ATTACH ${literal(path)} AS ${SOURCE}`)
  try {
    const columns = db
      .prepare(
        `SELECT name FROM pragma_table_xinfo(${literal(object.name.name)}, ${literal(SOURCE)}) WHERE hidden = 0 ORDER BY cid`,
      )
      .all()
      .map((c) => quote(String(c.name)))
    const list = (rowid ? ['rowid', ...columns] : columns).join(', ')
    db.exec(`INSERT INTO main.${name} (${list}) SELECT ${list} FROM ${SOURCE}.${name}`)
    return null
  } finally {
    db.exec(`DETACH ${SOURCE}`)
  }
}
