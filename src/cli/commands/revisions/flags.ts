/** What the commands of revisions have in common: which files, which databases, where temporary databases may be. */
import { type Command, Option } from 'commander'
import type { RevisionsChoice, RevisionsPlace, RevisionsSetup } from '../../../app/revisions/setup.ts'
import * as value from '../../flag-values.ts'
import { type Flags, outputFlags } from '../../flags.ts'
import type { Task } from '../../shell.ts'

/** Flags that `filesFlags` and `revisionFlags` add. */
export interface RevisionFlags {
  readonly name?: string
  readonly folder?: string
  readonly target?: string[]
  readonly engine?: string
  readonly devUrl?: string
  readonly scratchBeside?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
  readonly config?: string
}

/** For commands that work on files alone. */
export function filesFlags(command: Command): Command {
  return outputFlags(placeFlags(command), false)
}

/** For commands that work on databases as well. */
export function revisionFlags(command: Command): Command {
  return outputFlags(databaseFlags(command), false)
}

/** The same without the flags of output. */
export function databaseFlags(command: Command): Command {
  return placeFlags(command)
    .option('--target <database>', 'an address or a name from naru.config.ts; repeatable', value.list)
    .addOption(engineFlag())
    .optionsGroup('Temporary databases:')
    .option('--dev-url <address>', 'a server on which naru may make and drop temporary databases')
    .option('--scratch-beside', 'temporary databases may be made on the server of the target')
}

function placeFlags(command: Command): Command {
  return command
    .optionsGroup('Which revisions:')
    .option('-n, --name <environment>', 'environment of naru.config.ts (revisions.environments)')
    .option('--folder <path>', 'folder of the revisions (default: migrations beside naru.config.ts)')
}

/** `--engine`, where no database says it. */
export function engineFlag(): Option {
  const engines = ['postgres', 'mysql', 'mariadb', 'sqlite', 'pglite']
  return new Option(`--engine <${engines.join('|')}>`, 'what the statements are written for').choices(engines)
}

/** Flags that the shell itself looks at. */
export const shellFlags = ({ json, quiet, config }: RevisionFlags): Flags => ({ json, quiet, config })

function choiceOf(flags: RevisionFlags): RevisionsChoice {
  return {
    name: flags.name,
    folder: flags.folder,
    targets: flags.target,
    engine: flags.engine,
    dev: flags.devUrl,
    beside: flags.scratchBeside,
  }
}

async function surroundings(task: Task) {
  const { config, folder } = await task.loaded()
  return { config, configFolder: folder, cwd: task.io.cwd, address: task.address }
}

/** What a command works on. Throws USAGE, and what resolving an address throws. */
export async function setupOf(task: Task, flags: RevisionFlags, more: RevisionsChoice = {}): Promise<RevisionsSetup> {
  const { revisionsSetup } = await import('../../../app/revisions/setup.ts')
  return revisionsSetup({ ...choiceOf(flags), ...more }, await surroundings(task))
}

/** Where its files lie; no address is resolved. Throws USAGE. */
export async function placeOf(task: Task, flags: RevisionFlags): Promise<RevisionsPlace> {
  const { revisionsPlace } = await import('../../../app/revisions/setup.ts')
  return revisionsPlace(choiceOf(flags), await surroundings(task))
}

/** Whether a text means something else for each database: `current`, or steps from there. */
function asksDatabase(text: string): boolean {
  return text.includes(':') ? /(?:^|[:@])current\b/.test(text) : /(?:^|@)(?:current\b|[+-]\d+$)/.test(text)
}

/** Where the database stands, if the text asks for it or it is to be shown. Throws USAGE where no database is named. */
export async function currentFor(
  task: Task,
  flags: RevisionFlags,
  text: string,
  always = false,
): Promise<readonly string[] | undefined> {
  return always || asksDatabase(text) ? task.app.revisions.standsAt(await setupOf(task, flags)) : undefined
}
