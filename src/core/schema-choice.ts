/** Which schemas of a PostgreSQL database are meant: one by its name, several by theirs, or all that are the user's. */
import { NaruError } from './error.ts'

export type SchemaChoice = string | Several

/** With several, every name is told with its schema. */
export interface Several {
  readonly several: readonly string[] | 'all'
}

/** Between commas: a name as it is, or in double quotes where it begins with one, holds a comma or is a star. */
const PART = /^(?:"((?:[^"]|"")*)"|([^",][^,]*))(?:,|$)/

/** `app`, `sales,hr`, `*`, `"a,b",c` → the choice; null where the text is none. */
export function parseSchemaChoice(text: string): SchemaChoice | null {
  if (text === '*') return { several: 'all' }
  const names: string[] = []
  for (let rest = text; rest !== ''; ) {
    const match = PART.exec(rest)
    if (match === null || match[2] === '*') return null
    names.push(match[2] ?? match[1].replaceAll('""', '"'))
    rest = rest.slice(match[0].length)
    if (rest === '' && match[0].endsWith(',')) return null
  }
  return names.length === 1 ? names[0] : { several: [...new Set(names)] }
}

/** The choice that a text is. Throws ADDRESS_INVALID. */
export function readSchemaChoice(text: string): SchemaChoice {
  const choice = parseSchemaChoice(text)
  if (choice !== null) return choice
  throw new NaruError('ADDRESS_INVALID', `no schemas are named by "${text}"`, {
    hint: '?schema= takes a name, several with commas between them, or * for all; "a,b" in double quotes is one name.',
  })
}

/** Whether two choices have a schema in common; without one `public` is meant. */
export function choicesMeet(a: SchemaChoice = 'public', b: SchemaChoice = 'public'): boolean {
  const [one, other] = [a, b].map((choice) => (isSeveral(choice) ? choice.several : [choice]))
  return one === 'all' || other === 'all' || one.some((name) => other.includes(name))
}

/** Whether more than one schema may be meant. */
export function isSeveral(choice: SchemaChoice | undefined): choice is Several {
  return typeof choice === 'object'
}

/**
 * Where the table of versions is unless the config says it: with several schemas always `public`, for revisions make and drop the others; undefined:
 * where names without a schema are made.
 */
export function versionHome(choice: SchemaChoice | undefined): string | undefined {
  return isSeveral(choice) ? 'public' : choice
}

/** The one schema that is meant. Throws USAGE where several are: `what` deals with one alone. */
export function soleSchema(choice: SchemaChoice | undefined, what: string): string | undefined {
  if (!isSeveral(choice)) return choice
  throw new NaruError('USAGE', `${what} deals with one schema at a time`, {
    why: 'the address names several with ?schema=',
    hint: 'Name one: ?schema=NAME, once for each.',
    state: 'nothing was changed',
  })
}

/** The choice as `?schema=` takes it. */
export function schemaChoiceText(choice: SchemaChoice): string {
  const names = isSeveral(choice) ? choice.several : [choice]
  if (names === 'all') return '*'
  return names.map((n) => (/^"|,|^\*$/.test(n) ? `"${n.replaceAll('"', '""')}"` : n)).join(',')
}
