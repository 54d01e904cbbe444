/** The command line as a whole: commands, help, and usage errors in naru's own form. */
import { Command, CommanderError } from 'commander'
import { redact } from '../app/redact.ts'
import { EXIT, NaruError } from '../core/error.ts'
import { applyCommand } from './commands/apply.ts'
import { cleanCommand } from './commands/clean.ts'
import { copyCommand } from './commands/copy.ts'
import { diffCommand } from './commands/diff.ts'
import { filesCommand } from './commands/files/all.ts'
import { inspectCommand } from './commands/inspect.ts'
import { lintCommand } from './commands/lint.ts'
import { planCommand } from './commands/plan.ts'
import { rehearsalsCommand } from './commands/rehearsals.ts'
import { repairCommand } from './commands/repair.ts'
import { replayCommand } from './commands/replay.ts'
import { revisionCommands } from './commands/revisions/all.ts'
import { runsCommand } from './commands/runs.ts'
import { syncCommand } from './commands/sync.ts'
import { verifyCommand } from './commands/verify.ts'
import type { Io } from './io.ts'
import { outputFor } from './render/output.ts'
import { createShell, type Shell } from './shell.ts'
import type { UseCases } from './use-cases.ts'
import { version } from './version.ts'

const DESCRIPTION = `Moves databases between PostgreSQL, MySQL/MariaDB, SQLite and CSV folders, and proves that everything arrived.
Compares and alters their schemas, and keeps them by versioned revisions.`

const ADDRESSES = `
Addresses:
  postgres://user@host/database   mysql://user@host/database   mariadb://user@host/database
  sqlite:path   pglite:folder   csv:folder   ndjson:folder   dump:file   or a name from naru.config.ts

PostgreSQL, PGlite: ?schema=app is that schema (default public), ?schema=sales,hr both, ?schema=* all of yours.

Passwords are also taken from PGPASSWORD, ~/.pgpass, MYSQL_PWD, ~/.my.cnf, and NARU_PASSWORD_<NAME>.

Examples:
  naru plan mysql://reader@old.example/shop postgres://app@localhost/shop
  naru copy mysql://reader@old.example/shop postgres://app@localhost/shop --report report.html
  naru verify legacy app
  naru diff prod git:main:schema.sql --format markdown
  naru revision --autogenerate -m "add users" && naru upgrade head

Exit codes: 0 done or same, 1 differences, refused rows or open findings, 2 trouble, 3 stopped and resumable,
130 interrupted and resumable.`

/** The program over a shell. */
function createProgram(shell: Shell): Command {
  const program = new Command('naru')
    .description(DESCRIPTION)
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .commandsGroup('Help:')
    .addHelpText('after', ADDRESSES)
  const groups: Readonly<Record<string, readonly Command[]>> = {
    'Rows:': [
      planCommand(shell),
      copyCommand(shell),
      verifyCommand(shell),
      repairCommand(shell),
      syncCommand(shell),
      replayCommand(shell),
      runsCommand(shell),
      rehearsalsCommand(shell),
      cleanCommand(shell),
    ],
    'Files:': [filesCommand(shell)],
    'Schemas:': [inspectCommand(shell), diffCommand(shell), applyCommand(shell), lintCommand(shell)],
    'Revisions of a schema:': revisionCommands(shell),
  }
  for (const [heading, members] of Object.entries(groups)) {
    for (const command of members) program.addCommand(command.helpGroup(heading))
  }
  const commands = Object.values(groups)
    .flat()
    .flatMap((command) => [command, ...command.commands])
  for (const command of [program, ...commands]) {
    command
      .exitOverride()
      .configureHelp({ optionDescription: (option) => option.description })
      .helpOption('-h, --help', 'print help')
      .configureOutput({
        writeOut: (text) => shell.io.stdout.write(text),
        writeErr: () => {},
        outputError: () => {},
        getOutHelpWidth: () => Math.min(shell.io.stdout.columns ?? 110, 120),
      })
  }
  return program
}

/** Commander's words as a usage error: what on the first line, the suggestion as what to do next. */
function usageError(error: CommanderError, program: Command, argv: readonly string[]): NaruError {
  const [first, ...rest] = redact(error.message.replace(/^error: /, '')).split('\n')
  const [, what = first, why = 'the command line could not be understood'] =
    /^(.* is invalid)\. (.+)$/.exec(first) ?? []
  const meant = /\(Did you mean (.+)\?\)/.exec(rest.join(' '))?.[1]
  const command = program.commands.find((c) => c.name() === argv[0])
  const sub = command?.commands.find((c) => c.name() === argv[1])
  const words = [command, sub].flatMap((c) => (c === undefined ? [] : [`${c.name()} `]))
  const help = `See \`naru ${words.join('')}--help\`.`
  return new NaruError('USAGE', what, { why, hint: meant === undefined ? help : `Did you mean ${meant}? ${help}` })
}

/** Runs the command line (without node and script) and gives the exit code. Never throws. */
export async function run(argv: readonly string[], io: Io, app: UseCases): Promise<number> {
  const shell = createShell(io, app)
  const program = createProgram(shell)
  if (argv.length === 0) {
    program.outputHelp()
    return EXIT.done
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
    return shell.code
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done
    if (!(error instanceof CommanderError)) throw error
    const flags = { json: argv.includes('--json'), quiet: argv.includes('--quiet') || argv.includes('-q') }
    outputFor(io, flags).error(usageError(error, program, argv))
    return EXIT.trouble
  }
}
