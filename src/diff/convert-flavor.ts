/** Within one engine natives stay as they are, except where another flavor of it lacks them. */
import type { Column, Schema, Table } from '../core/schema.ts'
import type { ConvertInput } from './convert-context.ts'

/** Types that MariaDB has and MySQL has not. */
const MARIADB_ONLY = /^(uuid|inet4|inet6)\b/i

/** Types of extensions, by extension. */
export const EXTENSION_TYPES: Readonly<Record<string, RegExp>> = {
  citext: /^(\w+\.)?citext$/i,
  hstore: /^(\w+\.)?hstore$/i,
  ltree: /^(\w+\.)?l(tree|query|txtquery)$/i,
  postgis: /^(\w+\.)?(geometry|geography)\b/i,
  vector: /^(\w+\.)?(vector|halfvec|sparsevec)\b/i,
}

/** Whether the target takes the column's native type as it is. */
export function nativeStays(c: ConvertInput, _table: Table, column: Column): boolean {
  if (c.source.engine !== c.target.engine) return false
  const native = column.type.native
  if (c.source.flavor === 'mariadb' && c.target.flavor === 'mysql') return !MARIADB_ONLY.test(native)
  if (c.source.engine === 'postgres') {
    const needed = Object.keys(EXTENSION_TYPES).find((name) => EXTENSION_TYPES[name].test(native))
    return needed === undefined || c.can.extensions.includes(needed)
  }
  return true
}

/** A collation's name on another flavor: MySQL's 0900 and MariaDB's uca1400 are the same Unicode version's neighbours. */
export function flavorCollation(source: Schema, target: Schema, collation: string): string {
  if (source.flavor === target.flavor) return collation
  if (target.flavor === 'mariadb' && collation.includes('_0900_')) {
    if (collation.endsWith('_0900_bin')) return 'utf8mb4_bin'
    return modernMariadb(target.version) ? 'utf8mb4_uca1400_ai_ci' : 'utf8mb4_unicode_520_ci'
  }
  if (target.flavor === 'mysql' && collation.includes('uca1400')) return 'utf8mb4_0900_ai_ci'
  return collation
}

/** uca1400 collations came with MariaDB 10.10. */
function modernMariadb(version: string): boolean {
  const [major, minor] = version.split('.').map(Number)
  return major > 10 || (major === 10 && minor >= 10)
}
