/** SQLite from one schema to another and back, 200 times; the witness is sqlite_master. */
import { describe, test } from 'vitest'
import { assertCase, type SqliteCase } from './sqlite-case.ts'
import { NAME_CASES } from './sqlite-corpus-names.ts'
import { OBJECT_CASES } from './sqlite-corpus-objects.ts'
import { TABLE_CASES } from './sqlite-corpus-tables.ts'

const run = (cases: readonly SqliteCase[]) =>
  test.concurrent.each(cases)('$name', async (c) => void (await assertCase(c)))

describe('tables', () => run(TABLE_CASES))
describe('keys between tables, indexes, views, triggers', () => run(OBJECT_CASES))
describe('names and whole databases', () => run(NAME_CASES))
