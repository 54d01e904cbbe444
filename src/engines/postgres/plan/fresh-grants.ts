/** Privileges that a new object gets by itself: what default privileges of the database give whoever makes it. */
import type { Step } from '../../../core/change.ts'
import type { OtherObject, Schema } from '../../../core/schema.ts'
import { isDefaultPrivileges } from '../default-privileges.ts'
import { quote } from '../names.ts'
import { type Place, surplusSteps } from './reference.ts'

type Word = 'TABLES' | 'SEQUENCES' | 'FUNCTIONS' | 'TYPES' | 'SCHEMAS'

const LINE =
  /^ALTER DEFAULT PRIVILEGES FOR ROLE ((?:"(?:[^"]|"")+"|[^\s"]+)) (GRANT|REVOKE) (.*?) ON (TABLES|SEQUENCES|FUNCTIONS|TYPES|SCHEMAS) ((?:TO|FROM) .*)$/

const WORDS: Partial<Record<OtherObject['kind'], Word>> = {
  view: 'TABLES',
  'materialized view': 'TABLES',
  'virtual table': 'TABLES',
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

/** What an object of that kind gets in a schema of that name, as lines of privileges; nothing where it is not known who makes it. */
function freshGrants(from: Schema, word: Word, schema: string | undefined): string[] {
  const { user } = from
  if (user === undefined) return []
  return from.others
    .filter((o) => isDefaultPrivileges(o) && (o.name.schema === undefined || o.name.schema === schema))
    .flatMap((o) => o.definition.split(';\n'))
    .flatMap((text) => {
      const [, role, verb, privileges, on, whom] = LINE.exec(text) ?? []
      if (on !== word || (role !== user && role !== quote(user))) return []
      return [`${verb === 'REVOKE' ? 'REVOKE ' : ''}${privileges} ${whom}`]
    })
}

/** Steps that take from a new table, or give it back, what default privileges did to it and it is not to have. */
export const freshTable = (from: Schema, schema: string | undefined, wanted: readonly string[], place: Place): Step[] =>
  surplusSteps(freshGrants(from, 'TABLES', schema), wanted, place)

/** The same for a sequence behind a column. */
export const freshSequence = (
  from: Schema,
  schema: string | undefined,
  wanted: readonly string[],
  place: Place,
): Step[] => surplusSteps(freshGrants(from, 'SEQUENCES', schema), wanted, place)

/** The same for any other object. */
export function freshObject(from: Schema, o: OtherObject, place: Place): Step[] {
  const word = WORDS[o.kind]
  return word === undefined ? [] : surplusSteps(freshGrants(from, word, o.name.schema), o.grants ?? [], place)
}
