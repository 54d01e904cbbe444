/** Names of a database → names in TypeScript: valid, unique, the same on every run. */

/** How identifiers are made: camelCase, or as the database spells them where that is an identifier. */
export type Naming = 'camel' | 'database'

const WORDS = new Set(
  `abstract any arguments as async await boolean break case catch class const continue debugger declare default delete do else enum eval
export extends false finally for from function get if implements import in instanceof interface is keyof let module namespace never new
null number object of package private protected public readonly require return set static string super switch symbol this throw true try
type typeof undefined unique unknown var void while with yield globalThis NaN Infinity`.split(/\s+/),
)

/** Property names that mean something to every object, or to Drizzle's tables. */
const TAKEN_KEYS = new Set(
  `__proto__ prototype constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf toLocaleString then _ enableRLS getSQL
shouldOmitSQLParens $inferSelect $inferInsert`.split(/\s+/),
)

const upperFirst = (word: string): string => {
  const [first = ''] = word
  return first.toUpperCase() + word.slice(first.length)
}

/** `order_items`, `Order Items`, `orderItems`, `ORDER_ITEMS` → order, items. Characters that no identifier holds part words. */
function wordsOf(name: string): string[] {
  const words = name
    .normalize('NFC')
    .replace(/(\p{Ll}|\p{Nd})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{ID_Continue}]+|_+/u)
    .filter((word) => word !== '')
  if (words.length > 0) return words.map((w) => w.toLowerCase())
  return [...name].map((ch) => `u${ch.codePointAt(0)?.toString(16) ?? ''}`)
}

const startsWell = (word: string): string => (/^\p{ID_Start}/u.test(word) ? word : `_${word}`)

/** `order_items` → `orderItems`; `2fa` → `_2fa`; characters without a letter become their code: `u1f600`. */
export function camel(name: string): string {
  return startsWell(
    wordsOf(name)
      .map((word, i) => (i === 0 ? word : upperFirst(word)))
      .join(''),
  )
}

/** `order_items` → `OrderItems`. */
export function pascal(name: string): string {
  return startsWell(wordsOf(name).map(upperFirst).join(''))
}

/** Whether the text can stand as an identifier (also a reserved word). */
export function isIdentifier(text: string): boolean {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(text)
}

function free(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let n = 2; taken.has(name); n++) name = `${wanted}${n}`
  taken.add(name)
  return name
}

/** Identifiers for constants and types, unique in a module. `suffix` is put behind what is reserved or imported already. */
export class ModuleNames {
  readonly #taken: Set<string>
  readonly #reserved: ReadonlySet<string>

  constructor(reserved: Iterable<string> = []) {
    this.#taken = new Set()
    this.#reserved = new Set(reserved)
  }

  /** The name wanted, or one near it that is free. */
  take(wanted: string, suffix: string): string {
    const usable = WORDS.has(wanted) || this.#reserved.has(wanted) ? `${wanted}${suffix}` : wanted
    return free(usable, this.#taken)
  }
}

function keyFor(name: string, naming: Naming): string {
  const wanted = naming === 'database' ? name : camel(name)
  return TAKEN_KEYS.has(wanted) ? `${startsWell(camel(name).replace(/^_+/, '') || 'column')}Column` : wanted
}

/** Database names → property names, unique among each other, in the order given. */
export function propertyNames(names: readonly string[], naming: Naming): ReadonlyMap<string, string> {
  const taken = new Set<string>()
  return new Map(names.map((name) => [name, free(keyFor(name, naming), taken)]))
}
