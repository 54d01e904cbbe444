/** A page of the documentation as something to run: its commands in order, the files that it gives, and what it says that they print. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { run } from '../../src/cli/program.ts'
import { useCases } from '../../src/cli/use-cases.ts'
import { fakeIo } from '../cli/fake-io.ts'

/** A line after `$ ` and what the page shows below it, or a file that the page gives. */
export type Step =
  | { readonly kind: 'command'; readonly line: number; readonly command: string; readonly shown: string }
  | { readonly kind: 'file'; readonly line: number; readonly name: string; readonly text: string }

/** What a command printed, with everything that is another on each machine and each day put as the page has it. */
export interface Played {
  readonly code: number
  readonly printed: string
}

/** Blocks marked `console` are commands, blocks whose mark has a second word are files of that name; all others are left alone. */
export function stepsOf(page: string): readonly Step[] {
  const steps: Step[] = []
  for (const block of page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)) {
    const [, language, name, text] = block
    const line = page.slice(0, block.index).split('\n').length + 1
    if (name !== undefined) steps.push({ kind: 'file', line, name, text })
    else if (language === 'console') steps.push(...commandsOf(text, line))
  }
  return steps
}

function commandsOf(text: string, line: number): readonly Step[] {
  const lines = text.trimEnd().split('\n')
  const starts = lines.flatMap((l, i) => (l.startsWith('$ ') ? [i] : []))
  return starts.map((start, i) => ({
    kind: 'command',
    line: line + start,
    command: lines[start].slice(2),
    shown: lines
      .slice(start + 1, starts[i + 1] ?? lines.length)
      .join('\n')
      .trim(),
  }))
}

/** Words of a shell's line; quotes of both kinds, no more of a shell than that. */
function words(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3])
}

/** Lines that stand on standard error only while something runs. */
const PROGRESS = /^\[ *\d[^\]]*\] .*\n/gm

async function naru(argv: readonly string[], cwd: string): Promise<Played> {
  const io = fakeIo({ cwd, env: { NO_COLOR: '1', PATH: process.env.PATH ?? '' } })
  const code = await run(argv, io, useCases)
  return { code, printed: io.out() + io.err().replaceAll(PROGRESS, '') }
}

/** `sqlite3 FILE < SCRIPT` and `sqlite3 FILE SQL`, without the program. */
async function sqlite3([file, ...rest]: readonly string[], cwd: string): Promise<Played> {
  const db = new DatabaseSync(join(cwd, file))
  try {
    if (rest[0] === '<') {
      db.exec(await readFile(join(cwd, rest[1]), 'utf8'))
      return { code: 0, printed: '' }
    }
    const rows = db.prepare(rest[0]).all()
    return { code: 0, printed: rows.map((row) => Object.values(row).join('|')).join('\n') }
  } finally {
    db.close()
  }
}

/** Runs one command of the page; `before` is the exit code of the one before it. Throws on a program that a page may not use. */
export async function play(command: string, cwd: string, before: number): Promise<Played> {
  const [program, ...args] = words(command)
  if (program === 'naru') return naru(args, cwd)
  if (program === 'sqlite3') return sqlite3(args, cwd)
  if (program === 'cat') return { code: 0, printed: await readFile(join(cwd, args[0]), 'utf8') }
  if (program === 'echo' && args[0] === '$?') return { code: 0, printed: String(before) }
  if (program !== 'cp') throw new Error(`the guide may not run ${program}`)
  await copyFile(join(cwd, args[0]), join(cwd, args[1]))
  return { code: 0, printed: '' }
}

/** Writes a file of the page. */
export async function give(name: string, text: string, cwd: string): Promise<void> {
  await mkdir(dirname(join(cwd, name)), { recursive: true })
  await writeFile(join(cwd, name), text)
}

/** Names of this machine as the page has them. */
export function placed(text: string, cwd: string): string {
  const me = `${userInfo().username}@${hostname()}`
  return text.replaceAll(cwd, '/home/haneul/library').replaceAll(me, 'haneul@desk')
}

const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| UTC)/g, 'MOMENT'],
  [/\d{8}T\d{6}Z/g, 'MOMENT'],
  [/ +[\d.]+ (?:ms|s)$/gm, '  DURATION'],
  [/SQLite [\d.]+\d/g, 'SQLite VERSION'],
  [/(?<=\S) {2,}/g, '  '],
  [/ +$/gm, ''],
]

/** Text without moments, durations, versions and the widths that come of them. */
export function steady(text: string): string {
  return CHANGING.reduce((t, [pattern, word]) => t.replaceAll(pattern, word), text.trim())
}

const literally = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** What a page shows as a pattern: a line `…` stands for lines that are left out, one at the end of a line for its rest. */
export function pattern(shown: string): RegExp {
  const lines = steady(shown).split('\n')
  const escaped = lines.map((line) =>
    line.trim() === '…' ? '(?:.*\\n)*?.*' : literally(line.replace(/…$/, '')) + (line.endsWith('…') ? '.*' : ''),
  )
  return new RegExp(`^${escaped.join('\\n')}$`)
}
