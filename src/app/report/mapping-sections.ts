/** Sections about mappings: which source column goes where, and the files that rows name. */

import type { CopyPlan, MappingView, PlannedFiles } from '../../core/plan.ts'
import { count } from '../format.ts'
import { type Block, type Cell, type Section, section } from './document.ts'

/** What the target's columns of each mapping are made of; nothing for a plain copy. */
export function mappingSection({ mappings = [] }: CopyPlan): Section[] {
  return section('mappings', 'Mappings', 'What becomes of each column.', mappings.flatMap(mappingBlocks))
}

function mappingBlocks(m: MappingView): Block[] {
  const filled = m.filled.map((f) => `${f.column} (${f.by})`)
  return [
    { kind: 'text', text: `${m.transfer}: ${m.from} → ${m.to}, ${m.write}` },
    {
      kind: 'table',
      columns: [{ title: 'column', code: true }, { title: 'from' }],
      rows: m.columns.map((c): Cell[] => [c.target, c.says]),
    },
    ...note('not taken', m.left),
    ...note('filled by the database', filled),
  ]
}

function note(what: string, names: readonly string[]): Block[] {
  return names.length === 0 ? [] : [{ kind: 'text', text: `${what}: ${names.join(', ')}`, tone: 'quiet' }]
}

/** Files by what a run would do with them; `rest`: what it would not, in words. */
export function fileCounts({ states }: PlannedFiles): {
  readonly done: number
  readonly fetch: number
  readonly rest: readonly string[]
} {
  const { done = 0, pending = 0, failed = 0, ...others } = states
  return { done, fetch: pending + failed, rest: Object.entries(others).map(([state, n]) => `${count(n)} ${state}`) }
}

/** Files of each store as the plan counted them, before any was moved; nothing where no mapping moves files. */
export function fileSection({ files = [] }: CopyPlan): Section[] {
  const number = (title: string) => ({ title, number: true })
  const rows = files.map((f): Cell[] => {
    const { done, fetch, rest } = fileCounts(f)
    const addresses = `${f.more ? 'more than ' : ''}${count(f.addresses)}`
    return [f.store, f.columns.join(', '), addresses, count(f.files), count(done), count(fetch), rest.join(', ')]
  })
  return section('files', 'Files', 'Files that rows name, by what the ledger knew of them when the plan was made.', [
    {
      kind: 'table',
      columns: [
        { title: 'store' },
        { title: 'where' },
        number('addresses'),
        number('files'),
        number('moved already'),
        number('to fetch'),
        { title: 'others' },
      ],
      rows,
    },
  ])
}
