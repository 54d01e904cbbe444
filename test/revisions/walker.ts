/** Steps of a walk: each command is looked at from outside, by what it says and by what the database is afterwards. */
import { expect } from 'vitest'
import { catalogue, PASSWORD, type Project, type Step, type Walked } from './walking.ts'

/** Asserts while it walks. */
export type Walker = ReturnType<typeof walker>

/** Words of a command line; what stands in single quotes is one. */
const wordsOf = (line: string) => (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/, '$1'))

/** A walker through a project that counts its commands. */
export function walker(kind: Walked, p: Project) {
  let commands = 0
  /** Schemas by what was applied: the same revisions must always make the same one. */
  const stops = new Map<string, readonly string[]>()
  const ids = async (sql: string, ask = p.ask) => (await ask(sql)).map((row) => String(row.id))
  const applied = (ask = p.ask) => ids('SELECT id FROM naru_version ORDER BY position', ask)
  const heads = (ask = p.ask) => ids('SELECT id FROM naru_version WHERE head = 1 ORDER BY id', ask)
  const schema = () => catalogue(kind, p.ask)

  /** Expects an exit code, and what holds for every command. */
  async function walk(code: number, line: string, env: Readonly<Record<string, string>> = {}): Promise<Step> {
    const step = await p.naru(wordsOf(line), env)
    commands++
    const said = `${step.out}${step.err}`
    expect(said, line).not.toContain(PASSWORD)
    expect(said, line).not.toMatch(/INTERNAL|undefined|\[object/)
    expect(step.code, `${line}\n${said}`).toBe(code)
    if (code === 2)
      expect(step.err, line).toMatch(/^✗ .*\n {2}why .*\n {2}next .*\n {2}state {2}nothing was changed\n$/s)
    return step
  }

  return {
    walk,
    applied,
    heads,
    schema,
    commands: () => commands,
    /** Done, and all of this stands in what it printed. */
    async says(line: string, ...parts: readonly string[]): Promise<string> {
      const { out } = await walk(0, line)
      for (const part of parts) expect(out, line).toContain(part)
      return out
    },
    async refused(line: string, pattern: RegExp): Promise<void> {
      expect((await walk(2, line)).err, line).toMatch(pattern)
    },
    /** The database stands at these heads afterwards, with the schema that it had whenever the same revisions were applied. */
    async moves(line: string, ...stand: readonly string[]): Promise<string> {
      const { out } = await walk(0, line)
      expect(await heads(), line).toEqual([...stand].sort())
      const key = (await applied()).sort().join()
      const now = await schema()
      expect(now, `${line}: as before with the same revisions`).toEqual(stops.get(key) ?? now)
      stops.set(key, now)
      return out
    },
    /** Writes statements into the empty sections of a revision. */
    async fill(id: string, up: string, down: string): Promise<void> {
      const text = await p.read(id)
      const filled = text.replace('-- naru:up\n', `-- naru:up\n${up}\n`)
      await p.write(id, filled.replace('-- naru:down\n', `-- naru:down\n${down}\n`))
    },
  }
}
