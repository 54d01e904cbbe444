/** Privileges that a new object gets by itself: what default privileges of the database give whoever makes it. */
import type { Step } from '../../../core/change.ts'
import type { OtherObject, Schema } from '../../../core/schema.ts'
import { isDefaultPrivileges, readDefaultPrivileges } from '../default-privileges.ts'
import { quote } from '../names.ts'
import { type Place, surplusSteps } from './reference.ts'

type Word = 'TABLES' | 'SEQUENCES' | 'FUNCTIONS' | 'TYPES' | 'SCHEMAS'

const WORDS: Partial<Record<OtherObject['kind'], Word>> = {
  view: 'TABLES',
  'materialized view': 'TABLES',
  'virtual table': 'TABLES',
  partition: 'TABLES',
  sequence: 'SEQUENCES',
  function: 'FUNCTIONS',
  procedure: 'FUNCTIONS',
  aggregate: 'FUNCTIONS',
  enum: 'TYPES',
  domain: 'TYPES',
  'composite type': 'TYPES',
  'range type': 'TYPES',
  schema: 'SCHEMAS',
}

/** The database that objects are made in: its default privileges, and who makes them. */
export type Birthplace = Pick<Schema, 'others' | 'user'>

/** What an object of that kind gets in a schema of that name, as lines of privileges; nothing where it is not known who makes it. */
function freshGrants({ others, user }: Birthplace, word: Word, schema: string | undefined): string[] {
  if (user === undefined) return []
  return others
    .filter((o) => isDefaultPrivileges(o) && (o.name.schema === undefined || o.name.schema === schema))
    .flatMap(readDefaultPrivileges)
    .filter((p) => p.on === word && (p.role === user || p.role === quote(user)))
    .map((p) =>
      p.gives
        ? `${p.privileges} TO ${p.grantee}${p.grantOption ? ' WITH GRANT OPTION' : ''}`
        : `REVOKE ${p.privileges} FROM ${p.grantee}`,
    )
}

/** Steps that take from a new table, or give it back, what default privileges did to it and it is not to have. */
export const freshTable = (
  from: Birthplace,
  schema: string | undefined,
  wanted: readonly string[],
  place: Place,
): Step[] => surplusSteps(freshGrants(from, 'TABLES', schema), wanted, place)

/** The same for a sequence behind a column. */
export const freshSequence = (
  from: Birthplace,
  schema: string | undefined,
  wanted: readonly string[],
  place: Place,
): Step[] => surplusSteps(freshGrants(from, 'SEQUENCES', schema), wanted, place)

/** The same for any other object. */
export function freshObject(from: Birthplace, o: OtherObject, place: Place): Step[] {
  const word = WORDS[o.kind]
  return word === undefined ? [] : surplusSteps(freshGrants(from, word, o.name.schema), o.grants ?? [], place)
}
