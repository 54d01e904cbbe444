/** Casts that would make a finding go away: only those that this pair of engines can do. */
import type { Dialect } from '../core/engine.ts'
import type { Traits } from '../diff/convert-traits.ts'
import type { DraftColumn } from './draft.ts'
import type { FindingCode } from './findings.ts'

/** Types to try by the target's grammar, best first. */
const TYPES: Partial<Record<FindingCode, Readonly<Record<'postgres' | 'mysql' | 'sqlite', readonly string[]>>>> = {
  ZERO_DATE: { postgres: ['text'], mysql: ['varchar(30)'], sqlite: ['TEXT'] },
  TIME_RANGE: { postgres: ['interval', 'text'], mysql: ['varchar(30)'], sqlite: ['TEXT'] },
  NOT_BOOLEAN: { postgres: ['smallint'], mysql: ['smallint'], sqlite: ['INTEGER'] },
  NUMBER_RANGE: { postgres: ['numeric', 'text'], mysql: ['decimal(65,0)', 'varchar(80)'], sqlite: ['TEXT'] },
  SCALE: { postgres: ['numeric'], mysql: ['decimal(65,30)', 'varchar(80)'], sqlite: ['TEXT'] },
  EMPTY_ENUM: { postgres: ['text'], mysql: ['varchar(255)'], sqlite: ['TEXT'] },
  NOT_A_LABEL: { postgres: ['text'], mysql: ['varchar(255)'], sqlite: ['TEXT'] },
  NUL_BYTE: { postgres: ['bytea'], mysql: ['longblob'], sqlite: ['BLOB'] },
  INVALID_UTF8: { postgres: ['bytea'], mysql: ['longblob'], sqlite: ['BLOB'] },
  TEXT_LENGTH: { postgres: ['text'], mysql: ['longtext'], sqlite: ['TEXT'] },
  WRONG_TYPE: { postgres: ['text'], mysql: ['longtext'], sqlite: ['TEXT'] },
  NOT_FINITE: { postgres: ['double precision'], mysql: ['varchar(30)'], sqlite: ['TEXT'] },
  DATE_RANGE: { postgres: ['text'], mysql: ['datetime(6)', 'varchar(40)'], sqlite: ['TEXT'] },
  NOT_JSON: { postgres: ['text'], mysql: ['longtext'], sqlite: ['TEXT'] },
  JSON_NUL: { postgres: ['json'], mysql: ['longtext'], sqlite: ['TEXT'] },
  DUPLICATE_KEY: { postgres: [], mysql: ['varchar(255) collate utf8mb4_bin'], sqlite: [] },
}

interface WaysContext {
  readonly from: Traits
  readonly to: Traits
  readonly sourceDialect: Dialect
  readonly targetDialect: Dialect
}

/** `--cast 'place=type'` for each type that helps and can be read; none for columns whose type the target fixes. */
export function castLines(c: WaysContext, code: FindingCode, place: string, column: DraftColumn): string[] {
  const { grammar } = c.to
  if (grammar === null || column.rule === 'existing') return []
  const types = TYPES[code]?.[grammar] ?? []
  const readable = types.filter((type) => {
    const bare = c.targetDialect.parseType(type.replace(/ collate .*/, ''))
    return (
      bare.native !== column.target.type.native &&
      c.sourceDialect.canRead(column.source.type, c.targetDialect.wire(bare))
    )
  })
  return readable.slice(0, 1).map((type) => `--cast '${place}=${type}'`)
}
