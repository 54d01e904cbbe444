/** Import statements of one generated file: only what is used, sorted. */

export interface Imports {
  /** A value from drizzle-orm's core of the dialect. */
  core(name: string): string
  /** A type from there. */
  coreType(name: string): string
  /** A value from drizzle-orm itself. */
  orm(name: string): string
  /** A constant of another generated file. */
  local(file: string, name: string): string
  text(): string
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
/** As biome and prettier plugins sort them: without regard to case. */
const byName = (a: string, b: string): number =>
  byText(a.replace(/^type /, '').toLowerCase(), b.replace(/^type /, '').toLowerCase()) || byText(a, b)

function line(names: ReadonlySet<string>, from: string): string[] {
  if (names.size === 0) return []
  const sorted = [...names].sort(byName)
  const flat = `import { ${sorted.join(', ')} } from '${from}'\n`
  return [flat.length <= 120 ? flat : `import {\n${sorted.map((n) => `  ${n},\n`).join('')}} from '${from}'\n`]
}

/** A collector for one file. `self` is its own name: what it holds itself is not imported. */
export function createImports(core: string, self: string): Imports {
  const fromCore = new Set<string>()
  const fromOrm = new Set<string>()
  const local = new Map<string, Set<string>>()
  const add = (set: Set<string>, name: string) => {
    set.add(name)
    return name
  }
  return {
    core: (name) => add(fromCore, name),
    coreType: (name) => {
      fromCore.add(`type ${name}`)
      return name
    },
    orm: (name) => add(fromOrm, name),
    local(file, name) {
      if (file !== self) local.set(file, (local.get(file) ?? new Set()).add(name))
      return name
    },
    text() {
      const files = [...local].sort(([a], [b]) => byText(a, b))
      const all = [
        ...line(fromOrm, 'drizzle-orm'),
        ...line(fromCore, core),
        ...files.flatMap(([file, names]) => line(names, `./${file}.ts`)),
      ]
      return all.join('')
    },
  }
}
