/** Words that MySQL reserves and MariaDB does not: the tests' server would take them for names, MySQL refuses the statement. */
import { glob, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

/** `information_schema.keywords` of MySQL 9.7, where MariaDB 10.11 takes the word for a name. */
const WORDS =
  'cube cume_dist dense_rank empty external first_value function generated get grouping groups io_after_gtids io_before_gtids json_table lag last_value lateral lead library manual nth_value ntile of optimizer_costs parallel percent_rank qualify rank row row_number rows stored system tablesample virtual window'

const AS_NAME = new RegExp(`\\bAS (${WORDS.replaceAll(' ', '|')})\\b(?! (?:START|END)\\b)`, 'g')

const found = (sql: string): string[] => [...sql.matchAll(AS_NAME)].map((m) => m[0])

test('is no name in a statement that MySQL may get', async () => {
  const wrong: string[] = []
  for await (const path of glob([
    'src/engines/mysql/**/*.ts',
    'src/core/*.ts',
    'src/app/**/*.ts',
    'src/revisions/*.ts',
  ])) {
    if (path.endsWith('.test.ts')) continue
    for (const line of (await readFile(path, 'utf8')).split('\n')) {
      if (/\b(SELECT|UPDATE|INSERT|DELETE)\b/.test(line)) wrong.push(...found(line).map((what) => `${path}: ${what}`))
    }
  }
  expect(wrong).toEqual([])
})

test('is seen', () => {
  expect(found('SELECT 1 FROM (SELECT max(seq) AS last FROM t) AS stored WHERE stored.last = 1')).toEqual(['AS stored'])
  expect(found('SELECT count(*) AS rows, x AS `rank`')).toEqual(['AS rows'])
})
