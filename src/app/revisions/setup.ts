/** What the commands of revisions work on: the environment of naru.config.ts, with what the command line says before it. */

import { resolve } from 'node:path'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { FAMILIES, type Family } from '../../schema/sql-body.ts'
import type { NaruConfig, RevisionsConfig } from '../config-form.ts'
import type { StateOptions } from '../state-form.ts'
import { schemeNamed } from '../usual-engine.ts'

/** What the command line or a program says; each goes before the config. */
export interface RevisionsChoice {
  /** Environment of the config (`revisions.environments`). */
  readonly name?: string
  readonly folder?: string
  /** Names or addresses of databases. */
  readonly targets?: readonly string[]
  readonly models?: string
  readonly engine?: string
  /** A server on which temporary databases may be made. */
  readonly dev?: string
  /** Temporary databases may be made on the server of the target. */
  readonly beside?: boolean
  readonly ignore?: readonly string[]
}

/** Where a command stands. */
export interface Surroundings {
  readonly config: NaruConfig
  /** Where relative paths of the config start. */
  readonly configFolder: string
  readonly cwd: string
  readonly address: (nameOrUrl: string) => Promise<Address>
}

/** Where the files lie. */
export interface RevisionsPlace {
  /** Absolute. */
  readonly folder: string
  /** As people wrote it. */
  readonly folderLabel: string
  /** What the statements are written for; null: nothing says it. */
  readonly family: Family | null
}

export interface RevisionsSetup extends RevisionsPlace {
  /** As given; none: no database is named. Resolved by `address` when it is needed. */
  readonly targets: readonly string[]
  readonly address: (nameOrUrl: string) => Promise<Address>
  readonly models: string | null
  /** As named: mariadb and pglite too. */
  readonly engine: string | null
  readonly versionSchema: string | null
  readonly ignore: readonly string[]
  /** How desired states and scratch databases are found. */
  readonly states: StateOptions
}

function environmentOf({ revisions = {} }: NaruConfig, name: string | undefined): RevisionsConfig {
  const { environments = {}, ...defaults } = revisions
  if (name === undefined) return defaults
  if (Object.hasOwn(environments, name)) return { ...defaults, ...environments[name] }
  const known = Object.keys(environments)
  throw new NaruError('USAGE', `naru.config.ts has no environment ${name} of revisions`, {
    why: known.length === 0 ? 'it names none under revisions.environments' : `it has ${known.join(', ')}`,
    hint: 'Name one of these with --name, or leave it out.',
  })
}

function targetsOf(choice: RevisionsChoice, environment: RevisionsConfig, config: NaruConfig): readonly string[] {
  if (choice.targets !== undefined && choice.targets.length > 0) return choice.targets
  const { database } = environment
  if (database !== undefined) return typeof database === 'string' ? [database] : database
  const names = Object.keys(config.databases ?? {})
  return names.length === 1 ? names : []
}

/** What the beginning of an address tells of its engine, without resolving it. */
function familyOf(nameOrUrl: string | undefined, config: NaruConfig): Family | null {
  return FAMILIES[(nameOrUrl === undefined ? undefined : schemeNamed(nameOrUrl, config)) ?? ''] ?? null
}

/** Where the files lie, without resolving any address. Throws USAGE for an environment that is not there. */
export function revisionsPlace(
  choice: RevisionsChoice,
  around: Pick<Surroundings, 'config' | 'configFolder' | 'cwd'>,
): RevisionsPlace {
  const environment = environmentOf(around.config, choice.name)
  const folderLabel = choice.folder ?? environment.folder ?? 'migrations'
  const engine = choice.engine ?? environment.engine
  return {
    folder: resolve(choice.folder === undefined ? around.configFolder : around.cwd, folderLabel),
    folderLabel,
    family:
      engine === undefined
        ? familyOf(targetsOf(choice, environment, around.config)[0], around.config)
        : (FAMILIES[engine] ?? null),
  }
}

/** Throws USAGE for an environment that is not there, and what resolving an address throws. */
export async function revisionsSetup(choice: RevisionsChoice, around: Surroundings): Promise<RevisionsSetup> {
  const environment = environmentOf(around.config, choice.name)
  const targets = targetsOf(choice, environment, around.config)
  const first = targets.length > 0 ? await around.address(targets[0]) : undefined
  const schema = first?.schema
  const engine = choice.engine ?? environment.engine ?? first?.engine ?? null
  const dev = choice.dev ?? environment.dev
  return {
    ...revisionsPlace(choice, around),
    targets,
    address: around.address,
    models: choice.models ?? environment.models ?? null,
    family: engine === null ? null : (FAMILIES[engine] ?? null),
    engine,
    versionSchema: environment.versionSchema ?? null,
    ignore: [...(around.config.diff?.ignore ?? []), ...(environment.ignore ?? []), ...(choice.ignore ?? [])],
    states: {
      address: around.address,
      names: Object.keys(around.config.databases ?? {}),
      cwd: choice.models === undefined ? around.configFolder : around.cwd,
      ...(engine !== null && { engine }),
      ...(dev !== undefined && { dev: await around.address(dev) }),
      ...(choice.beside && first !== undefined && { beside: first }),
      ...(schema !== undefined && { schema }),
    },
  }
}

/** The only target. Throws USAGE where none or several are named. */
export async function onlyTarget(setup: RevisionsSetup): Promise<Address> {
  if (setup.targets.length === 1) return setup.address(setup.targets[0])
  const none = setup.targets.length === 0
  throw new NaruError(
    'USAGE',
    none ? 'no database is named' : 'several databases are named, and this command takes one',
    {
      why: none
        ? 'neither --target nor revisions.database of naru.config.ts says which'
        : `they are ${setup.targets.join(', ')}`,
      hint: 'Name one with --target.',
    },
  )
}
