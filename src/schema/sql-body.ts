/** Statements that hold statements: BEGIN … END bodies of triggers and routines, written without DELIMITER. */

/** Engines by how they cut scripts. */
export type Family = 'postgres' | 'mysql' | 'sqlite'

/** Engines as people name them → how their scripts are cut. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  pglite: 'postgres',
  mysql: 'mysql',
  mariadb: 'mysql',
  sqlite: 'sqlite',
}

const HEADS: Readonly<Record<Family, RegExp>> = {
  sqlite: /^create\s+(?:temp\s+|temporary\s+)?trigger\b/i,
  // Only an SQL-standard body; all others stand between dollars.
  postgres: /^create\s+(?:or\s+replace\s+)?(?:function|procedure)\b[\s\S]*\bbegin\s+atomic\b/i,
  mysql:
    /^create\s+(?:or\s+replace\s+)?(?:definer\s*=\s*\S+\s+)?(?:aggregate\s+)?(?:trigger|procedure|function|event)\b/i,
}

const NOISE =
  /'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//g

const words = (sql: string): string[] =>
  sql
    .replace(NOISE, ' ')
    .toLowerCase()
    .match(/[a-z_]\w*/g) ?? []

/** Whether the statement, as far as it is read, has begun a body in which `;` ends only a part. */
export function opensBody(sql: string, family: Family): boolean {
  return HEADS[family].test(sql) && words(sql).includes('begin')
}

const CLOSED_BY_NAME = new Set(['if', 'case', 'loop', 'while', 'repeat', 'for'])

/** Whether all that was begun has ended. */
export function ending(sql: string, family: Family): boolean {
  const all = words(sql)
  let depth = 0
  for (let i = 0; i < all.length; i++) {
    if (all[i] === 'begin' || all[i] === 'case') depth++
    if (all[i] !== 'end') continue
    const next = all[i + 1] ?? ''
    // END IF and the like close what is not counted; END CASE closes a case statement.
    if (family === 'mysql' && CLOSED_BY_NAME.has(next)) {
      if (next === 'case') depth--
      i++
    } else depth--
  }
  return depth <= 0
}
