/** Statements that make views, triggers, routines and events, with the settings that they are made under. */
import type { OtherObject } from '../../core/schema.ts'
import { quote, textLiteral } from './literal.ts'

/** `root@localhost` of the catalogue as SQL; a role has no host. */
export function definerSql(definer: string): string {
  const at = definer.lastIndexOf('@')
  if (at < 0 || at === definer.length - 1) return quote(at < 0 ? definer : definer.slice(0, at))
  return `${quote(definer.slice(0, at))}@${quote(definer.slice(at + 1))}`
}

/**
 * Modes as a value for `sql_mode`. NO_AUTO_CREATE_USER is among the defaults of MariaDB and of MySQL 5.7, so that most of what was made
 * there has it; MySQL 8 knows it no more, for no GRANT makes users there.
 */
function modesSql(modes: string): string {
  const kept = modes.split(',').filter((m) => m !== 'NO_AUTO_CREATE_USER')
  const known = textLiteral(kept.join(','))
  if (kept.join(',') === modes) return known
  return `IF(version() LIKE '%MariaDB%' OR version() LIKE '5.%', ${textLiteral(modes)}, ${known})`
}

/** The statement under the modes and the time zone that the object has, both put back afterwards. */
export function underItsSettings(object: OtherObject, sql: string): string {
  const { sql_mode: mode, time_zone: zone } = object.options ?? {}
  const wanted = [
    ...(mode === undefined ? [] : [['sql_mode', modesSql(mode)]]),
    ...(zone === undefined ? [] : [['time_zone', textLiteral(zone)]]),
  ]
  if (wanted.length === 0) return sql
  const keep = wanted.map(([name]) => `@naru_${name} = @@SESSION.${name}`)
  const set = wanted.map(([name, value]) => `SESSION ${name} = ${value}`)
  const back = wanted.map(([name]) => `SESSION ${name} = @naru_${name}`)
  return `SET ${[...keep, ...set].join(', ')};\n${sql};\nSET ${back.join(', ')}`
}
