/** Pairs: options, partitions, versions. */
import type { Pair } from './mysql-pair.ts'

const table = (options: string) => `CREATE TABLE t (id int PRIMARY KEY, a varchar(20)) ${options}`
const optioned = (name: string, from: string, to: string, algorithm?: string): Pair => ({
  name,
  from: table(from),
  to: table(to),
  rows: "INSERT INTO t VALUES (1, 'x')",
  algorithm,
})

export const OPTIONS: readonly Pair[] = [
  optioned('a comment', '', "COMMENT='it''s \\\\ 표'", 'INSTANT'),
  optioned('a row format', '', 'ROW_FORMAT=COMPACT', 'INPLACE'),
  optioned('compressed rows', '', 'ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8', 'INPLACE'),
  optioned(
    'smaller blocks',
    'ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8',
    'ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4',
    'INPLACE',
  ),
  optioned('statistics', '', 'STATS_PERSISTENT=1 STATS_AUTO_RECALC=0 STATS_SAMPLE_PAGES=30', 'INSTANT'),
  optioned('compressed pages', '', 'PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=3', 'INPLACE'),
  optioned('rows at most', '', 'MAX_ROWS=500 AVG_ROW_LENGTH=20', 'INSTANT'),
  optioned('another engine', 'ENGINE=InnoDB', 'ENGINE=Aria'),
  optioned('MyISAM with options', 'ENGINE=InnoDB', 'ENGINE=MyISAM CHECKSUM=1 DELAY_KEY_WRITE=1 PACK_KEYS=1'),
  optioned('options of Aria', 'ENGINE=Aria', 'ENGINE=Aria TRANSACTIONAL=1 PAGE_CHECKSUM=0', 'COPY'),
  {
    name: 'the character set of new columns',
    from: 'CREATE TABLE t (id int PRIMARY KEY, a varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci) CHARSET=utf8mb4',
    to: 'CREATE TABLE t (id int PRIMARY KEY, a varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci) CHARSET=latin1',
    rows: "INSERT INTO t VALUES (1, 'x')",
    algorithm: 'INSTANT',
  },
  {
    name: 'the character set of table and columns',
    from: 'CREATE TABLE t (id int PRIMARY KEY, a varchar(20), b text) CHARSET=utf8mb3',
    to: 'CREATE TABLE t (id int PRIMARY KEY, a varchar(20), b text) CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci',
    rows: "INSERT INTO t VALUES (1, '가', '나')",
  },
  {
    name: "the database's defaults",
    from: 'CREATE TABLE t (id int)',
    to: 'ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_swedish_ci; CREATE TABLE t (id int) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci',
  },
  {
    name: 'a column of an Aria table',
    from: 'CREATE TABLE t (id int PRIMARY KEY, a int) ENGINE=Aria',
    to: 'CREATE TABLE t (id int PRIMARY KEY, a int, b int) ENGINE=Aria',
    rows: 'INSERT INTO t VALUES (1, 2)',
    algorithm: 'COPY',
  },
]

const parted = (name: string, from: string, to: string): Pair => ({
  name,
  from: `CREATE TABLE t (id int NOT NULL, d int NOT NULL, PRIMARY KEY (id, d)) ${from}`,
  to: `CREATE TABLE t (id int NOT NULL, d int NOT NULL, PRIMARY KEY (id, d)) ${to}`,
  rows: 'INSERT INTO t VALUES (1, 1), (2, 2), (11, 3), (12, 1)',
})

const range = (...ends: (number | string)[]) =>
  `PARTITION BY RANGE (id) (${ends.map((e, i) => `PARTITION p${typeof e === 'number' ? e : `m${i}`} VALUES LESS THAN ${typeof e === 'number' ? `(${e})` : e}`).join(', ')})`

export const PARTITIONS: readonly Pair[] = [
  parted('partitions come', '', 'PARTITION BY HASH (id) PARTITIONS 3'),
  parted('more hashes', 'PARTITION BY HASH (id) PARTITIONS 2', 'PARTITION BY HASH (id) PARTITIONS 5'),
  parted('keys', 'PARTITION BY HASH (id) PARTITIONS 2', 'PARTITION BY KEY (d) PARTITIONS 2'),
  parted('a range beyond the last', range(10, 20), range(10, 20, 30)),
  parted('a range that is divided', range(10, 30), range(10, 20, 30)),
  parted('the last range is divided', range(10, 'MAXVALUE'), range(10, 20, 'MAXVALUE')),
  parted('ranges in another way', range(10, 20, 30), range(5, 15, 30)),
  parted(
    'a range under another name',
    range(10, 20),
    'PARTITION BY RANGE (id) (PARTITION `p-가` VALUES LESS THAN (10), PARTITION p20 VALUES LESS THAN (20))',
  ),
  parted(
    'lists',
    'PARTITION BY LIST (d) (PARTITION a VALUES IN (1, 2), PARTITION b VALUES IN (3))',
    'PARTITION BY LIST (d) (PARTITION a VALUES IN (1, 2), PARTITION b VALUES IN (3), PARTITION c VALUES IN (4, NULL))',
  ),
  parted(
    'lists that are divided',
    'PARTITION BY LIST (d) (PARTITION a VALUES IN (1, 2), PARTITION b VALUES IN (3))',
    'PARTITION BY LIST (d) (PARTITION a VALUES IN (1), PARTITION x VALUES IN (2), PARTITION b VALUES IN (3))',
  ),
  parted(
    'ranges of columns',
    '',
    'PARTITION BY RANGE COLUMNS (id, d) (PARTITION a VALUES LESS THAN (10, 5), PARTITION b VALUES LESS THAN (MAXVALUE, MAXVALUE))',
  ),
  parted(
    'sub-partitions',
    range(10, 20),
    'PARTITION BY RANGE (id) SUBPARTITION BY HASH (d) SUBPARTITIONS 2 (PARTITION p10 VALUES LESS THAN (10), PARTITION p20 VALUES LESS THAN (20))',
  ),
  parted(
    'comments of partitions',
    range(10, 20),
    "PARTITION BY RANGE (id) (PARTITION p10 VALUES LESS THAN (10) COMMENT = 'it''s', PARTITION p20 VALUES LESS THAN (20))",
  ),
  {
    name: 'a column and partitions at once',
    from: 'CREATE TABLE t (id int PRIMARY KEY, a int)',
    to: 'CREATE TABLE t (id int PRIMARY KEY, a int, b int, KEY b (b)) PARTITION BY HASH (id) PARTITIONS 2',
    rows: 'INSERT INTO t VALUES (1, 2)',
  },
  {
    name: 'a column of a table with partitions',
    from: 'CREATE TABLE t (id int PRIMARY KEY, a int) PARTITION BY HASH (id) PARTITIONS 2',
    to: 'CREATE TABLE t (id int PRIMARY KEY, b int, a int, KEY a (a)) PARTITION BY HASH (id) PARTITIONS 2',
    rows: 'INSERT INTO t VALUES (1, 2)',
  },
]

const OWN =
  'f timestamp(6) GENERATED ALWAYS AS ROW START INVISIBLE, u timestamp(6) GENERATED ALWAYS AS ROW END INVISIBLE, PERIOD FOR SYSTEM_TIME (f, u)'

export const VERSIONS: readonly Pair[] = [
  {
    name: 'system versioning',
    from: 'CREATE TABLE t (id int PRIMARY KEY, a int)',
    to: 'CREATE TABLE t (id int PRIMARY KEY, a int) WITH SYSTEM VERSIONING',
    rows: 'INSERT INTO t VALUES (1, 2)',
    algorithm: 'COPY',
  },
  {
    name: 'system versioning with columns of its own',
    from: 'CREATE TABLE t (id int, a int)',
    to: `CREATE TABLE t (id int, a int, ${OWN}) WITH SYSTEM VERSIONING`,
    rows: 'INSERT INTO t VALUES (1, 2)',
  },
  {
    name: 'a column of a table with a past',
    from: 'CREATE TABLE t (id int PRIMARY KEY, a int) WITH SYSTEM VERSIONING',
    to: 'CREATE TABLE t (id int PRIMARY KEY, a bigint, b varchar(9)) WITH SYSTEM VERSIONING',
    rows: 'INSERT INTO t VALUES (1, 2); UPDATE t SET a = 3',
  },
  {
    name: 'an index of a table with a past',
    from: 'CREATE TABLE t (id int PRIMARY KEY, a int) WITH SYSTEM VERSIONING',
    to: 'CREATE TABLE t (id int PRIMARY KEY, a int, KEY a (a)) WITH SYSTEM VERSIONING',
    rows: 'INSERT INTO t VALUES (1, 2); UPDATE t SET a = 3',
    algorithm: 'NOCOPY',
  },
  {
    name: 'a column without a past',
    from: 'CREATE TABLE t (id int PRIMARY KEY, a int) WITH SYSTEM VERSIONING',
    to: 'CREATE TABLE t (id int PRIMARY KEY, a int WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING',
    rows: 'INSERT INTO t VALUES (1, 2)',
  },
  {
    name: 'a period',
    from: 'CREATE TABLE t (id int PRIMARY KEY, s date NOT NULL, e date NOT NULL)',
    to: 'CREATE TABLE t (id int PRIMARY KEY, s date NOT NULL, e date NOT NULL, PERIOD FOR `p q` (s, e))',
    rows: "INSERT INTO t VALUES (1, '2020-01-01', '2021-01-01')",
  },
  {
    name: 'a period without overlaps',
    from: 'CREATE TABLE t (id int, s date NOT NULL, e date NOT NULL, PERIOD FOR p (s, e))',
    to: 'CREATE TABLE t (id int, s date NOT NULL, e date NOT NULL, PERIOD FOR p (s, e), UNIQUE KEY k (id, p WITHOUT OVERLAPS))',
    rows: "INSERT INTO t VALUES (1, '2020-01-01', '2021-01-01')",
  },
]
