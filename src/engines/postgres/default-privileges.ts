/** Default privileges: what they are as statements, which name a schema where the object has one. */
import type { OtherObject } from '../../core/schema.ts'
import { quote } from './names.ts'

const HEAD =
  /^(ALTER DEFAULT PRIVILEGES FOR ROLE (?:"(?:[^"]|"")+"|[^\s"]+)) (GRANT|REVOKE) (.*?) (TO|FROM) ((?:"(?:[^"]|"")+"|[^\s"]+))( WITH GRANT OPTION)?$/

/** Whether an object is a set of them. */
export function isDefaultPrivileges(o: OtherObject): boolean {
  return o.kind === 'other' && o.definition.startsWith('ALTER DEFAULT PRIVILEGES ')
}

/** One statement for each line of the definition; `undo`: those that take it back. */
export function defaultPrivileges(o: OtherObject, undo = false): string[] {
  const within = o.name.schema === undefined ? '' : ` IN SCHEMA ${quote(o.name.schema)}`
  return o.definition.split(';\n').map((line) =>
    line.replace(HEAD, (_, head: string, verb: string, what: string, __, role: string, option = '') => {
      const gives = (verb === 'GRANT') !== undo
      return `${head}${within} ${gives ? 'GRANT' : 'REVOKE'} ${what} ${gives ? 'TO' : 'FROM'} ${role}${gives ? option : ''}`
    }),
  )
}
