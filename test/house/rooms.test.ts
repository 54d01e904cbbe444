/** Every import rule notices the violation that is planted for it: a rule that matches nothing would pass for ever. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { breaches, importsOf } from '../../scripts/cruise.ts'
import { ROOM_RULES, type RoomRule } from '../../scripts/rooms.ts'
import { freshFiles } from '../harness/database.ts'

const ROOT = join(import.meta.dirname, '../..')

function write(folder: string, file: string, content: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), content)
}

/** The planted file, and the file it imports where that lies in the tree. */
function plant(folder: string, { planted: [file, imported] }: RoomRule): void {
  for (const name of ['node_modules', 'package.json']) symlinkSync(join(ROOT, name), join(folder, name))
  const circle = imported === './circle.ts'
  const target = join(dirname(file), imported)
  if (imported.startsWith('.') && !imported.includes('nowhere')) {
    write(folder, target, circle ? `import type { T } from './planted.ts'\nexport type U = T\n` : 'export type T = 1\n')
  }
  write(folder, file, `import type { T } from '${imported}'\nexport type V = T\n`)
}

describe('import rules', () => {
  test.each(ROOM_RULES.map((rule) => [rule.rule.name, rule] as const))(
    '%s notices its violation',
    async (name, rule) => {
      await using folder = await freshFiles()
      plant(folder.path, rule)
      const found = await breaches(folder.path)
      expect([...new Set(found.map((breach) => breach.rule))]).toEqual([name])
      expect(found.map((breach) => breach.from)).toEqual([expect.stringMatching(/planted|circle|index/)])
    },
  )

  test('let an allowed import pass', async () => {
    await using folder = await freshFiles()
    symlinkSync(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'))
    symlinkSync(join(ROOT, 'package.json'), join(folder.path, 'package.json'))
    write(folder.path, 'src/core/a.ts', 'export const a = 1\n')
    write(
      folder.path,
      'src/engines/mysql/b.ts',
      `import { a } from '../../core/a.ts'\nimport 'mysql2'\nexport const b = a\n`,
    )
    write(folder.path, 'src/engines/mysql/b.test.ts', `import '../sqlite/c.ts'\nimport 'fast-check'\n`)
    write(folder.path, 'src/engines/sqlite/c.ts', '')
    expect(await breaches(folder.path)).toEqual([])
  })
})

test('importsOf sees every way to name a module', () => {
  const source = `
    import type { A } from './a.ts'; import { type B } from './b.ts'; import './c.ts'
    export type { D } from './d.ts'; export * from './e.ts'
    const f = await import('./f.ts'); type G = import('./g.ts').G
    new Worker(new URL('./h.ts', import.meta.url)); const url = new URL('postgres://x'); // from './not.ts'
    const text = "import './nor.ts'"`
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `./${name}.ts`)
  expect([...importsOf('x.ts', source)].sort()).toEqual(names)
})
