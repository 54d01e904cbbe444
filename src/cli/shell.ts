/** What every command runs in: configuration, addresses, output, interruption, errors, exit code. */

import type { LoadedConfig, Reading } from '../app/config.ts'
import type { NaruConfig } from '../app/config-form.ts'
import type { ReadStore } from '../app/files/store.ts'
import { mask } from '../app/redact.ts'
import { type Disposables, disposables } from '../core/disposables.ts'
import type { Address } from '../core/engine.ts'
import { EXIT, NaruError, toNaruError } from '../core/error.ts'
import type { NaruEvent } from '../core/event.ts'
import type { CopyOptions } from '../core/options.ts'
import { copyOptions, type Flags } from './flags.ts'
import { type InterruptWords, listen } from './interrupt.ts'
import type { Io } from './io.ts'
import { type Output, outputFor } from './render/output.ts'
import type { UseCases } from './use-cases.ts'

/** What a command's own work has at hand. */
export interface Task {
  readonly io: Io
  readonly app: UseCases
  readonly output: Output
  /** Aborted when the user asks to stop. */
  readonly signal: AbortSignal
  /** A name of the config or an address → Address. */
  address(nameOrUrl: string): Promise<Address>
  /** A store of naru.config.ts. */
  store(name: string): Promise<ReadStore['store']>
  /** What naru.config.ts holds. */
  settings(): Promise<NaruConfig>
  /** The same, with the folder that its paths start from. */
  loaded(): Promise<LoadedConfig>
  /** What the flags alone say. */
  chosen(): CopyOptions
  /** Config and flags together. */
  options(): Promise<CopyOptions>
}

interface RunOptions {
  readonly graceful: boolean
  /** How much of the configuration the command needs; default: all. */
  readonly reading?: Reading
  /** Where not chunks are what a run consists of. */
  readonly words?: InterruptWords
}

export interface Shell {
  readonly io: Io
  /** Runs the work of a command and remembers its exit code; never throws. */
  run(flags: Flags, o: RunOptions, work: (task: Task) => Promise<number>): Promise<void>
  /** Exit code of the command that ran. */
  code: number
}

/** State of a run that broke off: what is known depends on whether rows were moving already. */
function stateOf(started: boolean): string | undefined {
  return started ? 'finished chunks are on the target with their marks; the same command goes on from there' : undefined
}

/** The error as it may be shown: no password in it, and a state. */
function presentable(error: unknown, o: { secrets: Set<string>; started: boolean; aborted: boolean }): NaruError {
  let known = toNaruError(error)
  if (o.aborted && known.code === 'INTERNAL') {
    known = new NaruError('STOPPED', 'stopped as asked', { why: 'the run was interrupted', cause: error })
  }
  const clean = (text: string) => mask(text, o.secrets)
  return new NaruError(known.code, clean(known.message), {
    why: known.why === undefined ? undefined : clean(known.why),
    hint: clean(known.hint),
    state: known.state ?? stateOf(o.started),
    details: known.details,
    cause: known.cause,
  })
}

/** NARU_DEBUG=1 shows where an error comes from. */
function debug(io: Io, error: unknown, secrets: Set<string>): void {
  if (io.env.NARU_DEBUG === undefined || !(error instanceof Error)) return
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : ''
  io.stderr.write(`${mask(`${error.stack}${cause}`, secrets)}\n`)
}

/** A shell over the given world and use cases. */
export function createShell(io: Io, app: UseCases): Shell {
  const shell: Shell = {
    io,
    code: EXIT.done,
    async run(flags, o, work) {
      const output = outputFor(io, flags)
      const secrets = new Set<string>()
      let started = false
      const watched: Output = {
        ...output,
        report(event: NaruEvent) {
          started ||= event.type === 'run' || (event.type === 'phase' && event.phase === 'schema')
          output.report(event)
        },
      }
      const interrupt = listen(io, output, o.graceful, o.words)
      const keep = disposables()
      try {
        shell.code = await work(
          taskOf({ io, app, output: watched, signal: interrupt.signal, flags, reading: o.reading, secrets, keep }),
        )
      } catch (error) {
        debug(io, error, secrets)
        const shown = presentable(error, { secrets, started, aborted: interrupt.signal.aborted })
        output.error(shown)
        shell.code = shown.exit
      } finally {
        await keep.disposeAsync().catch((error: unknown) => debug(io, error, secrets))
        interrupt.release()
        output.close()
      }
    },
  }
  return shell
}

/** What a task is made of. */
interface Making extends Pick<Task, 'io' | 'app' | 'output' | 'signal'> {
  readonly flags: Flags
  readonly reading: Reading | undefined
  readonly secrets: Set<string>
  /** What is removed when the work is done. */
  readonly keep: Disposables
}

function taskOf({ io, app, output, signal, flags, reading, secrets, keep }: Making): Task {
  let loaded: Promise<LoadedConfig> | undefined
  const config = () => {
    loaded ??= app.loadConfig(io.cwd, flags.config, reading)
    return loaded
  }
  return {
    io,
    app,
    output,
    signal,
    async address(nameOrUrl) {
      const warn = (message: string) => output.report({ type: 'warning', message })
      const address = await app.resolveAddress(nameOrUrl, {
        config: await config(),
        env: io.env,
        home: io.home,
        warn,
        keep,
      })
      if (address.password !== undefined) secrets.add(address.password)
      return address
    },
    async store(name) {
      const { store, secrets: hidden } = await app.files.readStore(name, { config: await config(), env: io.env })
      for (const secret of hidden) secrets.add(secret)
      return store
    },
    settings: async () => (await config()).config,
    loaded: config,
    chosen: () => copyOptions(flags),
    async options() {
      const { fromConfig, mergeOptions } = await import('../app/options.ts')
      return mergeOptions(fromConfig((await config()).config.copy), copyOptions(flags))
    },
  }
}
