/** Names of tables as SQL. */
import type { ObjectName } from '../../core/schema.ts'
import { quote } from './literal.ts'

/** A name, with its database where it is another one. */
export function tableSql(name: ObjectName): string {
  return name.schema === undefined ? quote(name.name) : `${quote(name.schema)}.${quote(name.name)}`
}
