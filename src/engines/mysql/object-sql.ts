/** Statements that make views, triggers, routines and events, with the settings that they are made under. */
import type { OtherObject } from '../../core/schema.ts'
import { quote, textLiteral } from './literal.ts'

/** `root@localhost` of the catalogue as SQL; a role has no host. */
export function definerSql(definer: string): string {
  const at = definer.lastIndexOf('@')
  if (at < 0 || at === definer.length - 1) return quote(at < 0 ? definer : definer.slice(0, at))
  return `${quote(definer.slice(0, at))}@${quote(definer.slice(at + 1))}`
}

/** The statement under the modes and the time zone that the object has, both put back afterwards. */
export function underItsSettings(object: OtherObject, sql: string): string {
  const { sql_mode: mode, time_zone: zone } = object.options ?? {}
  const wanted = [
    ...(mode === undefined ? [] : [['sql_mode', textLiteral(mode)]]),
    ...(zone === undefined ? [] : [['time_zone', textLiteral(zone)]]),
  ]
  if (wanted.length === 0) return sql
  const keep = wanted.map(([name]) => `@naru_${name} = @@SESSION.${name}`)
  const set = wanted.map(([name, value]) => `SESSION ${name} = ${value}`)
  const back = wanted.map(([name]) => `SESSION ${name} = @naru_${name}`)
  return `SET ${[...keep, ...set].join(', ')};\n${sql};\nSET ${back.join(', ')}`
}
