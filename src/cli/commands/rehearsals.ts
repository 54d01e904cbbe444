/** `naru rehearsals RELAUNCH` */
import { Command } from 'commander'
import { count, duration, moment, plural, size } from '../../app/format.ts'
import type { Rehearsals, Rehearsed } from '../../app/rehearsals.ts'
import type { Cell } from '../../app/report/document.ts'
import { EXIT } from '../../core/error.ts'
import type { Rehearsal } from '../../core/rehearsal.ts'
import { bothEnds, transfersOf } from '../files.ts'
import { type Flags, outputFlags } from '../flags.ts'
import type { Style } from '../render/style.ts'
import { textTable } from '../render/table.ts'
import type { Shell, Task } from '../shell.ts'

const EXAMPLES = `
Examples:
  naru rehearsals relaunch           transfers of naru.config.ts
  naru rehearsals legacy app         copies from one database to another
  naru rehearsals app                all runs that a target remembers
  naru rehearsals relaunch --json`

/** The command; its work is done by the shell. */
export function rehearsalsCommand(shell: Shell): Command {
  const command = new Command('rehearsals')
    .summary('how long runs took, and how long the next one will take')
    .description(
      'Shows the runs that a target remembers, table by table with their rates, and foretells from them how long a\nfull run of the rows that the sources hold now would take.',
    )
    .argument('<what>', 'the name of transfers; or a source, with a target; or a target alone')
    .argument('[to]', 'target: an address or a name from naru.config.ts; not with transfers')
  return outputFlags(command, false)
    .addHelpText('after', EXAMPLES)
    .action((what: string, to: string | undefined, flags: Flags) =>
      shell.run(flags, { graceful: false }, (task) => show(task, what, to)),
    )
}

async function rehearsed(task: Task, what: string, to: string | undefined): Promise<Rehearsed> {
  if (to !== undefined) return { kind: 'copy', ...(await bothEnds(task, what, to)) }
  const { namesTransfers } = await import('../../app/transfer-set.ts')
  if (namesTransfers(what, await task.loaded())) return { kind: 'transfers', set: await transfersOf(task, what) }
  return { kind: 'target', to: await task.address(what) }
}

async function show(task: Task, what: string, to: string | undefined): Promise<number> {
  const found = await task.app.rehearsals(await rehearsed(task, what, to), task.output)
  task.output.result({
    text: (style) => text(found, style),
    line: () => foretold(found).join('\n'),
    event: { type: 'rehearsals', ...found } as { type: string },
  })
  return EXIT.done
}

const number = (title: string) => ({ title, number: true })
const perSecond = (n: number | null, form: (n: number) => string) => (n === null ? '–' : `${form(n)}/s`)

const PARTS: Readonly<Record<NonNullable<Rehearsal['part']>, string>> = {
  continued: 'continued after a stop',
  sample: 'a sample',
  kept: 'rows were kept (--incremental)',
  empty: 'no rows were written',
}

function one(r: Rehearsal, style: Style): string[] {
  const kind = r.part === undefined ? '' : `, ${PARTS[r.part]}: nothing is foretold from it`
  const rows = r.tables.map((t): Cell[] => [
    t.table,
    count(t.rows),
    count(t.written),
    duration(t.ms),
    perSecond(t.rowsPerSecond, (n) => count(Math.round(n))),
    perSecond(t.bytesPerSecond, size),
  ])
  const columns = [{ title: 'table' }, ...['rows', 'written', 'lane time', 'rows/s', 'bytes/s'].map(number)]
  const phases = r.phases.filter((p) => p.ms >= 1).map((p) => `${p.phase} ${duration(p.ms)}`)
  return [
    `${moment(r.started)}  ${r.source}: ${duration(r.ms)}, ${plural(r.jobs, 'lane')}${kind}`,
    ...textTable({ columns, rows }, style),
    style.dim(`  ${phases.join(', ')}`),
    '',
  ]
}

function foretold({ rehearsals, prediction }: Rehearsals): string[] {
  if (rehearsals.length === 0) return ['no runs are remembered here']
  if (prediction === null)
    return rehearsals.some((r) => r.full) ? [] : ['no full run among them: the next one cannot be foretold yet']
  const { ms, range, runs, rows, unknown } = prediction
  const ends = range === null ? '' : `, between ${duration(range[0])} and ${duration(range[1])}`
  const how =
    range === null
      ? 'from 1 run: there is no range before a second one'
      : `the middle and the ends of what ${count(runs)} full runs foretell`
  return [
    `the next full run of ${plural(rows, 'row')} would take about ${duration(ms)}${ends} (${how})`,
    ...(unknown.length > 0 ? [`never moved yet, taken at the mean rate: ${unknown.join(', ')}`] : []),
  ]
}

const HOW =
  'lane time of each table by its rows now, lanes beside each other as then; indexes, keys and verification by all rows'

function text(found: Rehearsals, style: Style): string {
  const lines = [
    ...found.rehearsals.flatMap((r) => one(r, style)),
    ...foretold(found),
    ...(found.prediction === null ? [] : [style.dim(`  computed: ${HOW}; without the time of the plan`)]),
    ...found.notes.map((note) => style.dim(`  note      ${note}`)),
  ]
  return `${lines.join('\n')}\n`
}
