/** `naru sync NAME` */
import { Command } from 'commander'
import { moment } from '../../app/format.ts'
import type { SyncReport } from '../../app/sync.ts'
import { EXIT, NaruError } from '../../core/error.ts'
import type { SyncRecord } from '../../core/sync-ledger.ts'
import { type Flags, outputFlags } from '../flags.ts'
import { syncText } from '../render/sync.ts'
import { textTable } from '../render/table.ts'
import type { Shell, Task } from '../shell.ts'

interface SyncFlags extends Flags {
  readonly dryRun?: boolean
  readonly full?: boolean
  readonly list?: boolean
  readonly history?: boolean
  readonly watch?: boolean
}

const EXAMPLES = `
Examples:
  naru sync comments --dry-run
  naru sync comments
  naru sync comments --history
  naru sync --list
  naru sync --watch

Exit code: 0 done, 1 rows that could not be written (or are due, with --dry-run), or the limit was reached, 2 trouble,
3 stopped, resumable, 130 interrupted, resumable.`

/** The command; its work is done by the shell. */
export function syncCommand(shell: Shell): Command {
  const command = new Command('sync')
    .summary('keep rows as their mapping makes them')
    .description(
      'Runs a job of naru.config.ts: reads the source in chunks, compares what the mapping makes of it with the target, and writes\nthe rows that are missing or differ. A run that was broken off goes on; one run of a job at a time.',
    )
    .argument('[name]', 'job of naru.config.ts')
    .option('--dry-run', 'look and count, write nothing')
    .option('--full', 'all rows, whatever the watermark; not where an earlier run was broken off')
    .option('--list', 'the jobs, with their schedule and last run')
    .option('--history', 'the runs of the job that the target remembers')
    .option('--watch', 'run all jobs by their schedules until Ctrl-C')
  return outputFlags(command, false)
    .addHelpText('after', EXAMPLES)
    .action((name: string | undefined, flags: SyncFlags) =>
      shell.run(flags, { graceful: true }, (task) => work(task, name, flags)),
    )
}

async function work(task: Task, name: string | undefined, flags: SyncFlags): Promise<number> {
  if (flags.list) return list(task)
  if (flags.watch) return watch(task)
  if (name === undefined) {
    throw new NaruError('USAGE', 'no job is named', {
      why: 'each job is run by its name',
      hint: '`naru sync --list` shows the jobs of naru.config.ts; --watch runs them all.',
      state: 'nothing was changed',
    })
  }
  if (flags.history) return history(task, name)
  const site = await siteOf(task)
  const { dryRun, full } = flags
  const report = await task.app.sync(name, site, { dryRun, full }, { reporter: task.output, signal: task.signal })
  show(task, report)
  return report.exit
}

async function siteOf(task: Task) {
  return { loaded: await task.loaded(), resolve: (database: string) => task.address(database) }
}

function show(task: Task, report: SyncReport): void {
  task.output.result({
    text: () => syncText(report),
    line: () => syncText(report).split('\n')[0],
    event: { type: 'result', command: 'sync', ...report } as { type: string },
  })
}

async function watch(task: Task): Promise<number> {
  await task.app.watchSyncs(await siteOf(task), {
    reporter: task.output,
    signal: task.signal,
    begun: (jobs) => task.output.say(`watching ${jobs.join(', ')}; Ctrl-C stops after the running chunk`),
    done: (report) => show(task, report),
    failed: (job, { message, why }) => {
      const what = message.startsWith(`${job}: `) ? message : `${job}: ${message}`
      task.output.say(why === undefined ? what : `${what}: ${why}`)
    },
  })
  return EXIT.done
}

async function list(task: Task): Promise<number> {
  const jobs = await task.app.syncs(await siteOf(task))
  const columns = ['job', 'transfer', 'schedule', 'next', 'last run', 'state'].map((title) => ({ title }))
  const rows = jobs.map(({ job, next, last }) => [
    job.name,
    job.transfer,
    job.schedule === undefined ? '–' : `${job.schedule}${job.timezone === undefined ? '' : ` ${job.timezone}`}`,
    next === null ? '–' : moment(next),
    last === null ? '–' : moment(last.started),
    last?.state ?? '–',
  ])
  task.output.result({
    text: (style) =>
      rows.length === 0 ? 'naru.config.ts has no jobs\n' : `${textTable({ columns, rows }, style).join('\n')}\n`,
    line: () => jobs.map(({ job }) => job.name).join('\n'),
    event: {
      type: 'syncs',
      jobs: jobs.map(({ job, next, last }) => ({
        name: job.name,
        transfer: job.transfer,
        schedule: job.schedule ?? null,
        next,
        last,
      })),
    } as { type: string },
  })
  return EXIT.done
}

async function history(task: Task, name: string): Promise<number> {
  const { runs, trend } = await task.app.syncHistory(name, await siteOf(task))
  const columns = ['started', 'state', 'read', 'looked at', 'due', 'written', 'failed', 'seconds'].map((title) => ({
    title,
  }))
  const rows = runs.map((r: SyncRecord) => [
    moment(r.started),
    r.state,
    r.since === null ? 'all' : `from ${r.since}`,
    ...[r.looked, r.due, r.written, r.failed].map((n) => n.toLocaleString('en')),
    r.seconds.toFixed(1),
  ])
  task.output.result({
    text: (style) =>
      rows.length === 0
        ? `${name} has not run yet\n`
        : `${textTable({ columns, rows }, style).join('\n')}\n\ndrift: ${trend}\n`,
    line: () => runs.map((r) => `${r.started} ${r.state} ${r.due}`).join('\n'),
    event: { type: 'history', job: name, trend, runs } as { type: string },
  })
  return EXIT.done
}
