/** docs/cli.md: what the program itself prints for `--help`. */
import { type Io, processIo } from '../../src/cli/io.ts'
import { run } from '../../src/cli/program.ts'
import { useCases } from '../../src/cli/use-cases.ts'
import { page } from './markdown.ts'

const COLUMNS = 110

/** The program's words for a command line, at a fixed width and without colours. */
async function printed(...argv: readonly string[]): Promise<string> {
  let text = ''
  const stdout = {
    columns: COLUMNS,
    isTTY: false,
    write(part: string) {
      text += part
    },
  }
  const io: Io = { ...processIo(), stdout, stderr: stdout, env: {}, stdinIsTTY: false }
  await run(argv, io, useCases)
  return text.trim().replaceAll(/[ \t]+$/gm, '')
}

/** The help of the program, then that of each command. */
export async function cliPage(): Promise<string> {
  const help = await printed('--help')
  // Groups of commands follow the options; each line of them begins with a name, and what it takes.
  const names = [...help.matchAll(/^ {2}([a-z][\w-]*)(?: \[options\]| {3,})/gm)].map((match) => match[1])
  if (names.length === 0) throw new Error('no commands in the help of naru')
  const block = (text: string) => `\`\`\`text\n${text}\n\`\`\``
  const sections = await Promise.all(
    names.map(async (name) => {
      const text = await printed(name, '--help')
      // A command of commands: theirs follow.
      const subs = [...text.matchAll(/^ {2}([a-z][\w-]*) \[options\]/gm)].map((match) => match[1])
      const parts = await Promise.all(
        subs.map(async (sub) => `### naru ${name} ${sub}\n\n${block(await printed(name, sub, '--help'))}`),
      )
      return [`## naru ${name}\n\n${block(text)}`, ...parts].join('\n\n')
    }),
  )
  const intro = 'What `naru --help` and `naru COMMAND --help` print. Exit codes and errors: [errors.md](errors.md).'
  return page('Command line', 'src/cli', intro, block(help), ...sections)
}
