/** Every example in the documentation of the public interface, and in the READMEs, compiles. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import * as naru from '../../src/index.ts'
import { freshFiles } from '../harness/database.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
/** What examples may use without saying where it comes from. */
const GIVEN = {
  config: `import('naru').NaruConfig`,
  mine: `import('naru/testing').Subject['engine']`,
  myEmptyDatabase: `import('naru/testing').Subject['fresh']`,
}

function fromDocstrings(file: string): string[] {
  const docstrings = readFileSync(join(ROOT, file), 'utf8').match(/\/\*\*[\s\S]*?\*\//g) ?? []
  return docstrings.flatMap((text) => {
    const example = /@example\n([\s\S]*?)(?:\n \* @|\n \*\/)/.exec(text)?.[1]
    return example === undefined ? [] : [example.replaceAll(/^ \* ?/gm, '')]
  })
}

function fromMarkdown(file: string): string[] {
  return [...readFileSync(join(ROOT, file), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1])
}

function compilable(example: string): string {
  const uses = (name: string) => new RegExp(`\\b${name}\\b`).test(example)
  const missing = Object.keys(naru).filter((name) => uses(name) && !new RegExp(`import .*\\b${name}\\b`).test(example))
  const imports = missing.length === 0 ? '' : `import { ${missing.join(', ')} } from 'naru'\n`
  const given = Object.entries(GIVEN).filter(([name]) => uses(name))
  return `${imports}${given.map(([name, type]) => `declare const ${name}: ${type}\n`).join('')}${example}\nexport {}\n`
}

async function compile(examples: readonly string[]): Promise<string> {
  await using folder = await freshFiles()
  for (const [i, example] of examples.entries())
    writeFileSync(join(folder.path, `example-${i}.mts`), compilable(example))
  symlinkSync(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'))
  const options = { typeRoots: [join(ROOT, 'node_modules/@types')], noUnusedLocals: false }
  const config = { extends: join(ROOT, 'tsconfig.json'), compilerOptions: options, include: ['*.mts'], exclude: [] }
  writeFileSync(join(folder.path, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  const ended = run(process.execPath, [tsc, '-p', folder.path, '--pretty', 'false'])
  return await ended.then(() => '').catch((error: { stdout: string }) => error.stdout)
}

test('examples in docstrings and READMEs compile, and one that is wrong is noticed', async () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const documented = sources.flatMap((file) => fromDocstrings(join('src', file)))
  const shown = ['README.md', 'README.ko.md', 'examples/mysql-to-postgres/README.md'].flatMap(fromMarkdown)
  expect(documented.length).toBeGreaterThanOrEqual(5)
  expect(shown.length).toBeGreaterThanOrEqual(3)
  // Compiled together: most of the time goes into the sources of naru that all of them import.
  const examples = [...documented, ...shown, "const report = await copy('sqlite:a', 7)\nconsole.log(report)"]
  const told = (await compile(examples)).split('\n').filter((line) => /^\S/.test(line))
  const wrong = `example-${examples.length - 1}.mts`
  expect(told.filter((line) => !line.includes(wrong))).toEqual([])
  expect(told).toEqual([expect.stringContaining('error TS')])
})
