import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scriptReader } from './known.ts'
import { readStatement } from './statement.ts'
import { type Family, mysqlText, tokenize, unquoted } from './token.ts'

const FAMILIES: readonly Family[] = ['mysql', 'sqlite']

const PIECES = [
  "'",
  '"',
  '`',
  '[',
  ']',
  '\\',
  '--',
  '-- ',
  '#',
  '/*',
  '*/',
  '/*!',
  '/*!50100 ',
  '/*M!',
  '\n',
  ' ',
  ',',
  '(',
  ')',
  ';',
  '.',
  '=',
  '@',
  '0x1F',
  '1e5',
  '1e',
  '.5',
  "x'41'",
  'ALTER',
  'TABLE',
  'ADD',
  'COLUMN',
  'MODIFY',
  'CHANGE',
  'DROP',
  'CREATE',
  'PRIMARY KEY',
  'FOREIGN KEY',
  'REFERENCES',
  'CONSTRAINT',
  'CHECK',
  'INDEX',
  'ENUM',
  'DEFAULT',
  'ON UPDATE',
  'IF NOT EXISTS',
  'RENAME',
  'TO',
  'SET',
  'INSERT',
  'INTO',
  'VALUES',
  'UPDATE',
  'DELETE FROM',
  'PRAGMA',
  'INT',
  't',
  '한글',
  '😀',
  '\ud83d',
  '\u0000',
]

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...PIECES)).map((p) => p.join('')),
  fc.array(fc.constantFrom(...PIECES)).map((p) => p.join(' ')),
)

describe('any text', () => {
  it.each(FAMILIES)('%s: tokens join to the text, in order and without gaps', (family) => {
    fc.assert(
      fc.property(hostile, (text) => {
        const tokens = tokenize(text, family)
        expect(tokens.map((t) => t.text).join('')).toBe(text)
        expect(tokens.every((t, i) => t.from === (tokens[i - 1]?.to ?? 0) && t.to > t.from)).toBe(true)
        for (const token of tokens) expect(typeof unquoted(token) + typeof mysqlText(token)).toBe('stringstring')
      }),
      { numRuns: 500 },
    )
  })

  it.each(FAMILIES)('%s: is read without an error, one after the other', (family) => {
    fc.assert(
      fc.property(fc.array(hostile), (texts) => {
        const read = scriptReader(family, false)
        for (const text of texts) {
          const { act, sql } = read(text)
          expect(sql).toBe(text)
          expect(act.kind).toBeTypeOf('string')
        }
      }),
      { numRuns: 300 },
    )
  })

  it('of many megabytes is cut in time', () => {
    const text = `INSERT INTO t VALUES ('${"a''b\\'".repeat(500_000)}')`
    expect(tokenize(text, 'mysql').filter((t) => t.kind === 'string')).toHaveLength(1)
    expect(tokenize('/* '.repeat(200_000), 'sqlite')).toHaveLength(1)
  })
})

describe('quoting', () => {
  const kinds = (text: string, family: Family) => tokenize(text, family).map((t) => `${t.kind}:${unquoted(t)}`)

  it('is that of the engine', () => {
    expect(kinds('"a""b"', 'mysql')).toEqual(['string:a"b'])
    expect(kinds('"a""b"', 'sqlite')).toEqual(['name:a"b'])
    expect(kinds('[a b]`c``d`', 'sqlite')).toEqual(['name:a b', 'name:c`d'])
    expect(kinds("'a\\'b'", 'mysql')).toEqual(["string:a\\'b"])
    expect(kinds("'a\\'b'", 'sqlite')).toEqual(['string:a\\', 'word:b', 'string:'])
    expect(kinds('a--b', 'mysql')).toEqual(['word:a', 'mark:-', 'mark:-', 'word:b'])
    expect(kinds('a--b', 'sqlite')).toEqual(['word:a', 'comment:--b'])
    expect(kinds('a#b', 'mysql')).toEqual(['word:a', 'comment:#b'])
    expect(kinds('2fa 1e5 0x1F', 'mysql').filter((k) => k !== 'blank: ')).toEqual([
      'word:2fa',
      'number:1e5',
      'number:0x1F',
    ])
    expect(mysqlText(tokenize("'a\\n\\'\\\\'", 'mysql')[0])).toBe("a\n'\\")
  })

  it('executable comments of MySQL are opened, others are not', () => {
    const words = (text: string) => tokenize(text, 'mysql').flatMap((t) => t.word || [])
    expect(words('a /*!50100 b */ c')).toEqual(['A', 'B', 'C'])
    expect(words('a /*M!100100 b */ c /* d */ e /*+ f */ g /*M h */')).toEqual(['A', 'B', 'C', 'E', 'G'])
    expect(tokenize('a /*!50100 b */', 'sqlite').flatMap((t) => t.word || [])).toEqual(['A'])
  })
})

describe('a statement', () => {
  const act = (sql: string, family: Family = 'mysql') => readStatement(sql, family).act

  it('is read through comments, names of any kind and odd blanks', () => {
    const sql =
      "alter/**/table\n`a``b`.`c -- d` -- x\nadd/* , drop y */column \"e,f\" int(3) , # no\n\tdrop\v`ta'ble`,modify `;` enum('a,b','c)')"
    expect(act(sql)).toMatchObject({
      kind: 'alter-table',
      table: { name: { schema: 'a`b', name: 'c -- d' } },
      clauses: [
        { kind: 'add-column', column: { name: 'e,f', type: { word: 'INT', args: ['3'] } } },
        { kind: 'drop-column', column: { name: "ta'ble" } },
        { kind: 'modify-column', column: { name: ';', type: { word: 'ENUM', args: ['a,b', 'c)'] } } },
      ],
    })
  })

  it('names places in the text', () => {
    const sql = 'ALTER TABLE t /* 😀 */ ADD a INT, DROP `b`'
    const read = act(sql)
    if (read.kind !== 'alter-table') throw new Error(read.kind)
    expect(read.clauses.map((c) => sql.slice(c.place.from, c.place.to))).toEqual(['ADD a INT', 'DROP `b`'])
    expect(sql.slice(read.end)).toBe('')
  })

  it('that is not understood is none', () => {
    for (const sql of [
      'ALTER TABLE t DROP `a',
      'ALTER TABLE t DROP a /* why',
      'ALTER TABLE t DROP a /*!50100 ,',
      'ALTER TABLE t ADD (a INT',
      'ALTER TABLE t DROP a)',
      '',
      'SELECT 1',
      "'ALTER TABLE t DROP a'",
      'ALTER',
      'ALTER TABLE',
      'CREATE TABLE',
      'DROP',
      'UPDATE',
      'PRAGMA',
      'BEGIN NOT ATOMIC SELECT 1; END',
      'ALTER VIEW v AS SELECT 1',
      'ROLLBACK TO a',
    ]) {
      expect(act(sql).kind, sql).toBe('other')
    }
  })

  it('columns may be called like keywords', () => {
    expect(
      act('CREATE TABLE t (key varchar(10), check_ int, "primary" int, PRIMARY KEY (key))', 'sqlite'),
    ).toMatchObject({
      columns: [{ name: 'key' }, { name: 'check_' }, { name: 'primary' }],
      keys: [{ key: { kind: 'primary', parts: [{ column: 'key' }] } }],
    })
  })
})
