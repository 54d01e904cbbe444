import { expect, test } from 'vitest'
import { type ForeignKey, type OtherObject, plainTable, type Schema, type Table } from '../core/schema.ts'
import { touchedTables } from './touched.ts'

const to = (name: string, onDelete: ForeignKey['onDelete'] = 'no action'): ForeignKey => ({
  name: `to_${name}`,
  columns: ['x'],
  references: { name },
  referencedColumns: ['id'],
  onUpdate: 'no action',
  onDelete,
})

const table = (name: string, more: Partial<Table> = {}) => plainTable({ schema: 'public', name }, [], more)

const other = (kind: OtherObject['kind'], name: string, definition: string, on?: string): OtherObject => ({
  kind,
  name: { schema: 'public', name },
  definition,
  ...(on !== undefined && { table: { schema: 'public', name: on } }),
})

const SCHEMA: Schema = {
  engine: 'postgres',
  flavor: 'postgres',
  version: '17',
  name: 'public',
  tables: [
    table('users'),
    table('orders', { foreignKeys: [to('users', 'cascade')] }),
    table('lines', { foreignKeys: [to('orders', 'set null')] }),
    table('notes', { foreignKeys: [to('users')] }),
    table('말 "q"'),
    table('audit'),
    table('painted', { uses: [{ name: { name: 'colour' }, kind: 'type', by: 'column c' }] }),
    table('events', { options: { 'partition by': 'RANGE (at)' } }),
    table('pets'),
    table('dogs'),
  ],
  others: [
    other('view', 'rich', 'SELECT * FROM orders WHERE total > 10'),
    other('function', 'forget', 'BEGIN DELETE FROM notes; END'),
    other('trigger', 'watch', 'CREATE TRIGGER watch AFTER DELETE ON pets EXECUTE FUNCTION tell()', 'pets'),
    other('function', 'tell', 'BEGIN DELETE FROM audit; END'),
    other('partition', 'events_1', 'PARTITION OF events', 'events'),
    other('inheritance', 'dogs', 'INHERIT pets', 'pets'),
  ],
}

const touched = (...texts: string[]) => touchedTables(SCHEMA, texts).map((t) => t.name.name)

test.each<[string, readonly string[]]>([
  ['UPDATE notes SET a = 1', ['notes']],
  ['ALTER TABLE "public"."NOTES" DROP COLUMN x', ['notes']],
  ['UPDATE notes_old SET a = 1', []],
  ['DELETE FROM users', ['users', 'orders', 'lines']],
  ['TRUNCATE users CASCADE', ['users', 'orders', 'lines', 'notes']],
  ['DROP TABLE "말 ""q"""', ['말 "q"']],
  ['DELETE FROM rich', ['orders', 'lines']],
  ['SELECT forget()', ['notes']],
  ["DO $$ BEGIN EXECUTE 'DELETE FROM ' || 'notes'; END $$", ['notes']],
  ['DELETE FROM pets', ['audit', 'pets', 'dogs']],
  ['DROP TYPE colour CASCADE', ['painted']],
  ['DROP TABLE events_1', ['events']],
  ['DROP SCHEMA public CASCADE', SCHEMA.tables.map((t) => t.name.name)],
  ['-- about audit\nCREATE INDEX i ON notes (a)', []],
  ['/* audit */ CREATE TABLE more (id int REFERENCES users)', []],
  ['CREATE OR REPLACE TABLE notes (id int)', ['notes']],
  ['CREATE TABLE copy_of_notes AS SELECT f() FROM notes', ['notes']],
  ['COMMENT ON TABLE notes IS $$x$$', []],
])('%s', (statement, expected) => {
  expect(touched(statement)).toEqual(expected)
})

test('a name in any of several statements counts; a harmless one takes nothing from the others', () => {
  expect(touched('CREATE INDEX i ON audit (a)', 'UPDATE notes SET a = 1')).toEqual(['notes'])
})
