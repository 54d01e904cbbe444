/** Default privileges: what they are as statements, which name a schema where the object has one, and what those statements say. */
import type { OtherObject } from '../../core/schema.ts'
import { quote } from './names.ts'

/** One statement. Roles as they stand in it, quoted where they must be. */
interface DefaultPrivilege {
  /** Who makes the objects. */
  readonly role: string
  readonly gives: boolean
  /** `SELECT, INSERT`. */
  readonly privileges: string
  /** TABLES, SEQUENCES, FUNCTIONS, TYPES, SCHEMAS … */
  readonly on: string
  readonly grantee: string
  readonly grantOption: boolean
}

const ROLE = '(?:"(?:[^"]|"")+"|[^\\s"]+)'
const LINE = new RegExp(
  `^ALTER DEFAULT PRIVILEGES FOR ROLE (${ROLE}) (GRANT|REVOKE) (.*?) ON ([A-Z ]+) (?:TO|FROM) (${ROLE})( WITH GRANT OPTION)?$`,
)

/** Whether an object is a set of them. */
export function isDefaultPrivileges(o: OtherObject): boolean {
  return o.kind === 'other' && o.definition.startsWith('ALTER DEFAULT PRIVILEGES ')
}

/** Its statements. */
export function readDefaultPrivileges(o: OtherObject): DefaultPrivilege[] {
  return o.definition.split(';\n').flatMap((line) => {
    const found = LINE.exec(line)
    if (found === null) return []
    const [, role, verb, privileges, on, grantee, option] = found
    return [{ role, gives: verb === 'GRANT', privileges, on, grantee, grantOption: option !== undefined }]
  })
}

/** One statement for each line of the definition; `undo`: those that take it back. */
export function defaultPrivileges(o: OtherObject, undo = false): string[] {
  const within = o.name.schema === undefined ? '' : ` IN SCHEMA ${quote(o.name.schema)}`
  return readDefaultPrivileges(o).map((p) => {
    const head = `ALTER DEFAULT PRIVILEGES FOR ROLE ${p.role}${within}`
    if (p.gives === undo) return `${head} REVOKE ${p.privileges} ON ${p.on} FROM ${p.grantee}`
    return `${head} GRANT ${p.privileges} ON ${p.on} TO ${p.grantee}${p.grantOption ? ' WITH GRANT OPTION' : ''}`
  })
}
