/** Revisions for people: one line each, drawn as a graph, in a list, whole. */
import { relative } from 'node:path'
import { moment, plural, printable } from '../../app/format.ts'
import type { RevisionEntry } from '../../app/revisions/entries.ts'
import type { BranchesReport, HistoryReport } from '../../app/revisions/history.ts'
import type { ShownRevision } from '../../app/revisions/show.ts'
import type { SquashReport } from '../../app/revisions/squash.ts'
import { ASCII, drawGraph, UNICODE } from './graph-lines.ts'
import type { Style } from './style.ts'
import { verdictLine } from './verdict.ts'
import { displayWidth, pad, truncate } from './width.ts'

export interface ListOptions {
  readonly style: Style
  readonly ascii: boolean
  readonly verbose: boolean
  readonly cwd: string
  readonly folderLabel: string
}

/** A path as one would type it. */
export function pathText(path: string, cwd: string): string {
  const from = relative(cwd, path)
  return from === '' || from.startsWith('../../../') ? path : from
}

/** `head, branch point` */
function marksOf(r: RevisionEntry): string[] {
  return [
    ...(r.current ? ['current'] : []),
    ...(r.head ? ['head'] : []),
    ...(r.branchPoint ? ['branch point'] : []),
    ...(r.merge ? ['merge'] : []),
  ]
}

/** `3f2a9c1b7d04 (head) [billing] add users`, without colours. */
export function lineOf(r: RevisionEntry): string {
  const marks = marksOf(r)
  const parts = [
    r.id,
    ...(marks.length === 0 ? [] : [`(${marks.join(', ')})`]),
    ...(r.labels.length === 0 ? [] : [`[${r.labels.join(', ')}]`]),
    r.message,
  ]
  return printable(parts.join(' ').trimEnd())
}

function titleLine(r: RevisionEntry, width: number, s: Style): string {
  const marks = marksOf(r)
  const head = marks.length === 0 ? '' : ` (${marks.join(', ')})`
  const labels = r.labels.length === 0 ? '' : printable(` [${r.labels.join(', ')}]`)
  const id = printable(r.id)
  const room = width - displayWidth(id + head + labels) - 1
  const message = room < 8 ? '' : ` ${truncate(printable(r.message), room)}`
  return `${s.bold(id)}${s.tone(r.current ? 'warn' : 'good', head)}${s.dim(labels)}${message}`.trimEnd()
}

function detailLines(r: RevisionEntry, cwd: string): string[] {
  const list = (what: string, ids: readonly string[]) => (ids.length === 0 ? [] : [`${what} ${ids.join(', ')}`])
  return [
    ...(r.date === null ? [] : [moment(r.date)]),
    ...(r.down.length === 0 ? ['follows none'] : list('follows', r.down)),
    ...list('depends on', r.dependsOn),
    ...list('stands for', r.replaces),
    pathText(r.path, cwd),
  ].map(printable)
}

const none = (o: ListOptions) => `no revisions in ${printable(o.folderLabel)}: \`naru revision -m MSG\` writes one\n`

/** The graph, newest first. */
export function historyText(report: HistoryReport, o: ListOptions): string {
  if (report.heads.length === 0) return none(o)
  const byId = new Map(report.revisions.map((r) => [r.id, r]))
  const drawn = drawGraph(report.revisions, o.ascii ? ASCII : UNICODE)
  const lines = drawn.flatMap(({ id, drawing, below }) => {
    const r = id === null ? undefined : byId.get(id)
    if (r === undefined) return [o.style.dim(drawing)]
    const width = drawing.length + 1
    const first = `${o.style.dim(drawing)} ${titleLine(r, o.style.width - width, o.style)}`
    if (!o.verbose) return [first]
    const details = detailLines(r, o.cwd).map((text) => truncate(text, o.style.width - width - 2))
    return [first, ...details.map((text) => o.style.dim(`${pad(below, width + 2)}${text}`))]
  })
  return `${lines.join('\n')}\n`
}

/** A line a revision, with details below where they are asked for. */
export function headsText(revisions: readonly RevisionEntry[], o: ListOptions): string {
  if (revisions.length === 0) return none(o)
  const lines = revisions.flatMap((r) => [
    titleLine(r, o.style.width, o.style),
    ...(o.verbose ? detailLines(r, o.cwd).map((text) => o.style.dim(`  ${truncate(text, o.style.width - 2)}`)) : []),
  ])
  return `${lines.join('\n')}\n`
}

/** Branch points with what follows them, then labels. */
export function branchesText(report: BranchesReport, s: Style): string {
  const points = report.branches.flatMap(({ at, next }) => [
    at === null ? s.bold('base') : titleLine(at, s.width, s),
    ...next.map((r) => `  → ${titleLine(r, s.width - 4, s)}`),
  ])
  const labels = report.labels.map(
    (l) => `${s.bold(printable(l.label))} begins at ${printable(l.begins)}, leads to ${printable(l.heads.join(', '))}`,
  )
  const lines = [...points, ...(points.length > 0 && labels.length > 0 ? [''] : []), ...labels]
  return lines.length === 0 ? 'the revisions do not branch, and no branch has a label\n' : `${lines.join('\n')}\n`
}

/** The same for scripts: ids alone. */
export function branchesLines(report: BranchesReport): string {
  const points = report.branches.map(({ at, next }) => `${at?.id ?? 'base'}: ${next.map((r) => r.id).join(' ')}`)
  return [...points, ...report.labels.map((l) => `${l.label}: ${l.begins}`)].map(printable).join('\n')
}

/** One revision: what it is, then its file from the first section on. */
export function showText(r: ShownRevision, s: Style, cwd: string): string {
  const body =
    r.kind === 'ts'
      ? r.text
      : r.text.slice(Math.max(0, r.text.search(/^[ \t]*--[ \t]*naru[ \t]*:[ \t]*(?:up|down)\b/im)))
  const marked = body
    .trimEnd()
    .split('\n')
    .map((line) => printable(line.replaceAll('\t', '  ')))
  return `${[titleLine(r, s.width, s), ...detailLines(r, cwd).map((text) => s.dim(text)), '', ...marked].join('\n')}\n`
}

/** What became of a squash. */
export function squashLine(report: SquashReport, s: Style, cwd: string): string {
  const { revision, replaced } = report
  const sentence = `${pathText(revision.path, cwd)} stands for ${plural(replaced.length, 'revision')}.`
  return verdictLine({ tone: 'good', headline: 'Squashed', sentence }, s)
}

/** The same, with the files that are gone. */
export function squashText(report: SquashReport, s: Style, cwd: string): string {
  const gone = report.removed.map((path) => `  deleted  ${printable(pathText(path, cwd))}`)
  return `${[...gone, squashLine(report, s, cwd)].join('\n')}\n`
}
