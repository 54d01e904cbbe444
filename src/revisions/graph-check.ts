/** What a graph of revisions must be, and what to do where it is not. */
import { basename } from 'node:path'
import { NaruError } from '../core/error.ts'
import type { Revision } from '../core/revision.ts'
import { suggest } from '../core/suggest.ts'
import type { Graph } from './graph-form.ts'
import { wordFault } from './ids.ts'

const invalid = (what: string, why: string, hint: string) => new NaruError('REVISION_INVALID', what, { why, hint })
const file = (r: Revision) => basename(r.path)

function checkIds(revisions: readonly Revision[]): void {
  const seen = new Map<string, Revision>()
  for (const r of revisions) {
    const fault = wordFault(r.id)
    if (fault !== null)
      throw invalid(`${file(r)}: ${JSON.stringify(r.id)} cannot be a revision`, fault, 'Choose another id.')
    const other = seen.get(r.id)
    if (other !== undefined) {
      const hint =
        'Give one of them another id, in its header and in its name; `naru revision --rev-id` draws none that is taken.'
      throw invalid(`revision ${r.id} is there twice`, `in ${file(other)} and in ${file(r)}`, hint)
    }
    seen.set(r.id, r)
  }
}

/** Ids that revisions replace → those that stand for them. Throws REVISION_INVALID where an id would be two things. */
export function nameAliases(revisions: readonly Revision[]): Map<string, string> {
  checkIds(revisions)
  const known = new Map(revisions.map((r) => [r.id, r]))
  const aliases = new Map<string, string>()
  for (const r of revisions) {
    for (const id of r.replaces) {
      const still = known.get(id)
      const hint = 'Delete the files of the revisions that were squashed; git keeps them.'
      if (still !== undefined)
        throw invalid(`${file(r)} replaces ${id}, and ${file(still)} is there still`, 'both would run', hint)
      const other = aliases.get(id)
      if (other !== undefined && other !== r.id)
        throw invalid(`revision ${id} is replaced twice`, `by ${other} and by ${r.id}`, 'Keep one of them.')
      aliases.set(id, r.id)
    }
  }
  return aliases
}

function unknown(r: Revision, id: string, known: readonly string[], verb: string): NaruError {
  const near = suggest(id, known) ?? known.find((k) => k.startsWith(id))
  return invalid(
    `${file(r)} ${verb} ${id}, which is not there`,
    `no file of the folder has this id`,
    near === undefined ? 'Correct the header, or bring the missing file.' : `Did you mean ${near}?`,
  )
}

/** Nothing may follow what stands in the middle of a squashed range: it was written for a schema that no revision makes any more. */
function checkInner(r: Revision, written: Revision, graph: Graph): void {
  for (const id of written.down) {
    const whole = graph.revisions.get(graph.aliases.get(id) ?? '')
    if (whole === undefined || whole.replaces.at(-1) === id) continue
    const why = `${file(whole)} stands for ${whole.replaces.join(', ')}, and ${id} is not the last of them`
    const hint = `Set \`revises\` to ${whole.id}, and see whether its statements fit what that one makes.`
    throw invalid(`${file(r)} follows ${id}, which was squashed`, why, hint)
  }
}

function checkEdges(written: readonly Revision[], graph: Graph): void {
  const known = [...graph.revisions.keys()]
  for (const w of written) {
    const r = graph.revisions.get(w.id)!
    for (const id of r.down) if (!graph.revisions.has(id)) throw unknown(r, id, known, 'follows')
    for (const id of r.dependsOn) if (!graph.revisions.has(id)) throw unknown(r, id, known, 'depends on')
    checkInner(r, w, graph)
  }
}

/** Members of a circle in the order in which they follow each other. */
function circle(graph: Graph): string[] | null {
  const state = new Map<string, 'open' | 'done'>()
  for (const start of graph.revisions.keys()) {
    if (state.has(start)) continue
    const path: { id: string; next: string[] }[] = []
    const enter = (id: string) => {
      const r = graph.revisions.get(id)!
      state.set(id, 'open')
      path.push({ id, next: [...r.down, ...r.dependsOn] })
    }
    enter(start)
    while (path.length > 0) {
      const top = path[path.length - 1]
      const next = top.next.pop()
      if (next === undefined) {
        state.set(top.id, 'done')
        path.pop()
      } else if (state.get(next) === 'open') {
        return path
          .slice(path.findIndex((p) => p.id === next))
          .map((p) => p.id)
          .reverse()
      } else if (!state.has(next)) enter(next)
    }
  }
  return null
}

function checkCircle(graph: Graph): void {
  const found = circle(graph)
  if (found === null) return
  const files = found.map((id) => file(graph.revisions.get(id)!)).join(', ')
  const [first, ...rest] = found
  throw invalid(
    `revisions follow each other in a circle: ${[first, ...rest, first].join(' → ')}`,
    `the files are ${files}`,
    'Correct `revises` or `depends-on` in one of them.',
  )
}

/** A root with a label begins a branch of its own; of those without one, a second is most likely a mistake. */
function checkRoots(graph: Graph): void {
  const roots = graph.roots.map((id) => graph.revisions.get(id)!)
  const bare = roots.filter((r) => r.labels.length === 0)
  if (bare.length < 2) return
  throw invalid(
    `${roots.length} revisions follow none: ${roots.map(file).join(', ')}`,
    `${bare.map((r) => r.id).join(', ')} have no branch label, so it cannot be told whether that is meant`,
    'Set `revises` of the later one, or, where the branches are to be independent, give it a label: `-- naru:labels NAME`, or --branch-label.',
  )
}

function checkLabels(graph: Graph): void {
  const seen = new Map<string, Revision>()
  for (const r of graph.revisions.values()) {
    for (const label of r.labels) {
      const fault = graph.revisions.has(label) || graph.aliases.has(label) ? 'a revision has this id' : wordFault(label)
      if (fault !== null)
        throw invalid(`${file(r)}: ${JSON.stringify(label)} cannot be a branch label`, fault, 'Choose another label.')
      const other = seen.get(label)
      if (other !== undefined)
        throw invalid(
          `branch label ${label} is there twice`,
          `in ${file(other)} and in ${file(r)}`,
          'A label stands where its branch begins: delete the other.',
        )
      seen.set(label, r)
    }
  }
}

/** Throws REVISION_INVALID. `written`: the revisions as their files have them. */
export function checkGraph(written: readonly Revision[], graph: Graph): void {
  checkEdges(written, graph)
  checkCircle(graph)
  checkRoots(graph)
  checkLabels(graph)
}
