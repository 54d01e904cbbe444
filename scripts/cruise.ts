/**
 * Checks the import rules with dependency-cruiser. It cannot read TypeScript 7, so it gets a mirror of the sources that holds
 * their imports alone, type imports included, as oxc's parser lists them.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise } from 'dependency-cruiser'
import { parseSync } from 'oxc-parser'
import { ROOM_RULES } from './rooms.ts'

/** What the mirror adds to a file's name, so that dependency-cruiser parses it; imports of `x.ts` still lead to it. */
const MIRRORED = '.js'

/** `import('x')` in code and in types, and files named for workers: `new URL('./x.ts', import.meta.url)`. */
const CALLED = /(?:\bimport\(\s*'|\bnew URL\(\s*'(?=\.))([^']+)'/g

/** Where imports of the sources may lead, allowed or not. */
const PARTS = ['src', 'test', 'scripts', 'bench', 'examples']

/** An import that a rule forbids. */
export interface Breach {
  readonly rule: string
  readonly from: string
  readonly to: string
}

/** Every module that a TypeScript source names, in order, each once. */
export function importsOf(file: string, source: string): readonly string[] {
  const { module, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`)
  const imported = module.staticImports.map((entry) => entry.moduleRequest.value)
  const exported = module.staticExports.flatMap((entry) => entry.entries).map((entry) => entry.moduleRequest?.value)
  const called = [...source.matchAll(CALLED)].map((match) => match[1])
  return [...new Set([...imported, ...exported, ...called])].filter((name) => name !== undefined)
}

function mirror(from: string, to: string, part: string): void {
  const entries = readdirSync(join(from, part), { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((found) => found.isFile() && found.name.endsWith('.ts'))) {
    const path = join(entry.parentPath, entry.name)
    const copy = `${join(to, path.slice(from.length))}${MIRRORED}`
    mkdirSync(dirname(copy), { recursive: true })
    const lines = importsOf(path, readFileSync(path, 'utf8')).map((name) => `import ${JSON.stringify(name)}\n`)
    writeFileSync(copy, lines.join(''))
  }
}

async function cruiseMirror(folder: string): Promise<readonly Breach[]> {
  const options = {
    baseDir: folder,
    doNotFollow: { path: 'node_modules' },
    ruleSet: { forbidden: ROOM_RULES.map(({ rule }) => rule) },
    validate: true,
  }
  const { output } = await cruise(['src'], options, {
    extensions: [MIRRORED, '.mjs', '.cjs', '.json'],
    conditionNames: ['import', 'node', 'default'],
    exportsFields: ['exports'],
  })
  if (typeof output === 'string') throw new Error('dependency-cruiser gave no structure')
  const original = (name: string) => name.replace(/\.ts\.js$/, '.ts')
  return output.summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from: original(from),
    to: original(to),
  }))
}

/** Breaches of the rules in `folder`/src; packages are looked up in `folder`/node_modules and `folder`/package.json. */
export async function breaches(folder: string): Promise<readonly Breach[]> {
  const copy = mkdtempSync(join(tmpdir(), 'naru-cruise-'))
  try {
    for (const part of PARTS) if (existsSync(join(folder, part))) mirror(folder, copy, part)
    for (const name of ['node_modules', 'package.json']) symlinkSync(join(folder, name), join(copy, name))
    return await cruiseMirror(copy)
  } finally {
    rmSync(copy, { recursive: true })
  }
}

/** One breach for people. */
export function describeBreach({ rule, from, to }: Breach): string {
  const comment = ROOM_RULES.find((room) => room.rule.name === rule)?.rule.comment ?? ''
  return `${rule}: ${from} → ${to}\n    ${comment}`
}
