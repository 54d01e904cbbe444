/** Statements to start from for views, triggers, routines and the like: the original as a comment, and a skeleton in the target's SQL. */
import type { Dialect } from '../core/engine.ts'
import type { ObjectName, OtherObject } from '../core/schema.ts'
import type { Grammar } from '../diff/convert-lex.ts'

export interface StubContext {
  readonly from: Grammar | null
  readonly to: Grammar
  readonly source: string
  readonly dialect: Dialect
  /** Name on the target of a table of the source. */
  table(name: ObjectName): ObjectName
}

/** SQL for an object that does not come along, or undefined where there is none to give. */
export function stubFor(c: StubContext, o: OtherObject): string | undefined {
  const original =
    o.definition.trim() === '' ? '' : `${comment(`${o.kind} ${o.name.name} in the source:\n${o.definition}`)}\n`
  switch (o.kind) {
    case 'view':
    case 'materialized view':
      return original + view(c, o)
    case 'trigger':
      return original + trigger(c, o)
    case 'function':
    case 'procedure':
      return original + routine(c, o)
    case 'event':
      return original + event(c, o)
    case 'sequence':
      return original + sequence(c, o)
    case 'policy':
    case 'rule':
    case 'exclusion':
    case 'partition':
      return original === '' ? undefined : original.trimEnd()
    default:
      return original === '' ? undefined : original.trimEnd()
  }
}

function comment(sql: string): string {
  return sql
    .trim()
    .split('\n')
    .map((line) => `-- ${line}`.trimEnd())
    .join('\n')
}

/** A draft with the names requoted; functions and types are still the source's. */
function view(c: StubContext, o: OtherObject): string {
  const name = c.dialect.quote(o.name.name)
  const select = /\bas\s+((?:\(\s*)?(?:select|with)\b[\s\S]*)$/i.exec(o.definition)?.[1] ?? o.definition
  const body = requoted(c, select).trim().replace(/;\s*$/, '')
  const kind = o.kind === 'materialized view' && c.to === 'postgres' ? 'MATERIALIZED VIEW' : 'VIEW'
  const head = '-- a draft: names are requoted, functions and types are as in the source'
  return body === '' ? `-- CREATE ${kind} ${name} AS SELECT …;` : `${head}\nCREATE ${kind} ${name} AS\n${body};`
}

/** Identifiers in the target's quotes, MySQL's character set marks gone; texts are left alone. */
function requoted(c: StubContext, sql: string): string {
  const pattern =
    c.from === 'mysql' ? /\b_[a-z0-9]+(?=')|'(?:[^'\\]|''|\\.)*'|`((?:[^`]|``)*)`/g : /'(?:[^']|'')*'|"((?:[^"]|"")*)"/g
  return sql.replace(pattern, (all, name: string | undefined) => {
    if (name !== undefined) return c.dialect.quote(name)
    return all.startsWith('_') ? '' : all
  })
}

function trigger(c: StubContext, o: OtherObject): string {
  const name = c.dialect.quote(o.name.name)
  const table = c.dialect.table(c.table(o.table ?? { name: 'table' }))
  const [, when = 'AFTER', what = 'INSERT'] =
    /\b(before|after|instead\s+of)\s+(insert|update|delete)/i.exec(o.definition) ?? []
  const timing = `${when.toUpperCase()} ${what.toUpperCase()}`
  if (c.to === 'mysql')
    return `CREATE TRIGGER ${name} ${timing} ON ${table} FOR EACH ROW\nBEGIN\n  -- the body, rewritten\nEND;`
  if (c.to === 'sqlite')
    return `CREATE TRIGGER ${name} ${timing} ON ${table} FOR EACH ROW\nBEGIN\n  SELECT 1; -- the body, rewritten\nEND;`
  const result = what.toLowerCase() === 'delete' ? 'OLD' : 'NEW'
  return `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- the body, rewritten
  RETURN ${result};
END $$;
CREATE TRIGGER ${name} ${timing} ON ${table} FOR EACH ROW EXECUTE FUNCTION ${name}();`
}

function routine(c: StubContext, o: OtherObject): string {
  const name = c.dialect.quote(o.name.name)
  const word = o.kind.toUpperCase()
  if (c.to === 'sqlite') return '-- SQLite has no stored routines: this belongs into the application'
  if (c.to === 'postgres') {
    const returns = o.kind === 'function' ? ' RETURNS integer' : ''
    const body = o.kind === 'function' ? '  RETURN NULL; -- the body, rewritten' : '  NULL; -- the body, rewritten'
    return `CREATE ${word} ${name}(/* arguments */)${returns} LANGUAGE plpgsql AS $$\nBEGIN\n${body}\nEND $$;`
  }
  const returns = o.kind === 'function' ? ' RETURNS int DETERMINISTIC' : ''
  const body = o.kind === 'function' ? '  RETURN NULL; -- the body, rewritten' : '  SELECT 1; -- the body, rewritten'
  return `CREATE ${word} ${name}(/* arguments */)${returns}\nBEGIN\n${body}\nEND;`
}

function event(c: StubContext, o: OtherObject): string {
  if (c.to === 'postgres') {
    return `-- PostgreSQL runs no events by itself; with the extension pg_cron:\n-- SELECT cron.schedule('${o.name.name.replaceAll("'", "''")}', '0 * * * *', $$ … $$);`
  }
  return '-- there are no events: a scheduled job of the system or the application'
}

function sequence(c: StubContext, o: OtherObject): string {
  const start = o.next === undefined ? '' : ` START WITH ${o.next}`
  if (c.to === 'sqlite') return '-- SQLite has no sequences: a table with one row, or AUTOINCREMENT'
  return `CREATE SEQUENCE ${c.dialect.quote(o.name.name)}${start};`
}
