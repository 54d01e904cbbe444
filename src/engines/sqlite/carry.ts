/** Rows of virtual tables, from one file into another: their shadow tables are written by their modules alone. */
import type { DatabaseSync } from 'node:sqlite'
import type { OtherObject } from '../../core/schema.ts'
import { literal, quote } from './literal.ts'
import { isWord, tokenize } from './tokens.ts'

const SOURCE = 'naru_source'

/** Fills a virtual table from the file at `path`, unless it has rows. Null, or why its rows cannot come along. */
export function carryRows(db: DatabaseSync, object: OtherObject, path: string): string | null {
  const name = quote(object.name.name)
  const content = contentOf(object.definition)
  if (content === null) return carryOwnRows(db, object, path)
  if (content === '') return 'it keeps an index without the texts: they cannot be read from it'
  // Its texts are those of a table that has arrived.
  db.exec(`INSERT INTO main.${name} (${name}) VALUES ('rebuild')`)
  return null
}

function carryOwnRows(db: DatabaseSync, object: OtherObject, path: string): string | null {
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
    // A full-text index is asked by its rowid; an R-tree has an id of its own.
    const list = (isModule(object.definition, /^fts\d$/i) ? ['rowid', ...columns] : columns).join(', ')
    db.exec(`INSERT INTO main.${name} (${list}) SELECT ${list} FROM ${SOURCE}.${name}`)
    return null
  } finally {
    db.exec(`DETACH ${SOURCE}`)
  }
}

function isModule(definition: string, module: RegExp): boolean {
  const tokens = tokenize(definition)
  return module.test(tokens[tokens.findIndex((t) => isWord(t, 'USING')) + 1]?.value ?? '')
}

/** The table whose texts a full-text index keeps; '' for none; null where it keeps them itself. */
function contentOf(definition: string): string | null {
  const tokens = tokenize(definition)
  const at = tokens.findIndex((t, i) => t.value.toLowerCase() === 'content' && tokens[i + 1]?.text === '=')
  if (at < 0) return null
  const value = tokens[at + 2]
  return value === undefined || [',', ')'].includes(value.text) ? '' : value.value
}
