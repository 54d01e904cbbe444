/** `naru adopt`: takes a database over from the tool that kept its versions until now. */
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { AdoptOptions, AdoptReport } from '../../core/adopt.ts'
import type { Address, Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Reporter } from '../../core/event.ts'
import { displayName, type Schema } from '../../core/schema.ts'
import { temporaryFolder } from '../../disk/temporary-folder.ts'
import { fileText, type RevisionFile } from '../../revisions/file-text.ts'
import { order } from '../../revisions/graph.ts'
import { familyOf, openVersions } from '../../revisions/version-table.ts'
import { writeRevision } from '../../revisions/write.ts'
import { versionTablesOf, withoutTables } from '../../schema/version-tables.ts'
import { plural } from '../format.ts'
import { openDatabase } from '../open.ts'
import { baselineFile } from './adopt/baseline.ts'
import { type FoundTool, findTool } from './adopt/find.ts'
import { type Proof, prove } from './adopt/prove.ts'
import { readFolder } from './files.ts'
import { onlyTarget, type RevisionsSetup } from './setup.ts'
import { stamp } from './stamp.ts'

export interface AdoptContext {
  readonly reporter: Reporter
  readonly signal?: AbortSignal
}

interface Work {
  readonly setup: RevisionsSetup
  readonly address: Address
  readonly database: Database
  readonly options: AdoptOptions
  readonly tool: FoundTool | null
  /** The live schema without what other tools keep for themselves. */
  readonly live: Schema
}

/** Which revisions the database is said to be at, and whether that is true. */
interface Claim {
  readonly baseline: AdoptReport['baseline']
  readonly heads: readonly string[]
  readonly proof: Proof
}

/**
 * Writes one revision that makes what is there, proves it by a replay, and stamps the database; where the folder has revisions already, these are proven
 * and stamped. Throws ADOPT_REFUSED, SCRATCH_UNAVAILABLE, TABLE_MISSING with nothing changed.
 */
export async function adopt(setup: RevisionsSetup, options: AdoptOptions, context: AdoptContext): Promise<AdoptReport> {
  const address = await onlyTarget(setup)
  const report = await examined(setup, address, options, context)
  if (report.outcome === 'adopted') {
    await stamp(setup, { revisions: report.heads }, context)
  }
  return report
}

async function examined(
  setup: RevisionsSetup,
  address: Address,
  options: AdoptOptions,
  { reporter }: AdoptContext,
): Promise<AdoptReport> {
  await using database = await openDatabase(address, { role: 'target', name: 'naru adopt' })
  await refuseAdopted(database, setup)
  const present = await database.inspect({ schema: address.schema })
  const tool = await findTool(database, present, options)
  const others = versionTablesOf(present)
  const live = withoutTables(present, [...others, ...(tool?.tables ?? [])])
  const work = { setup, address, database, options, tool, live }
  reporter.report({ type: 'phase', phase: 'replay', state: 'begin' })
  const began = performance.now()
  const claim = await claimed(work)
  reporter.report({ type: 'phase', phase: 'replay', state: 'end', ms: performance.now() - began })
  const left = [...new Set([...(tool?.tables ?? []), ...others])]
  return report(
    work,
    claim,
    left.map((t) => ({ table: displayName(t.name), drop: `DROP TABLE ${database.engine.dialect.table(t.name)};` })),
  )
}

async function refuseAdopted(database: Database, setup: RevisionsSetup): Promise<void> {
  const rows = await (await openVersions(database, { schema: setup.versionSchema })).read()
  if (rows.length === 0) return
  const heads = rows.filter((r) => r.head).map((r) => r.id)
  throw new NaruError('ADOPT_REFUSED', `${database.address.label} has revisions of naru already`, {
    why: `it is at ${heads.join(', ')} (${plural(rows.length, 'revision')})`,
    hint: 'Nothing needs to be taken over: see `naru current`. To say that it stands elsewhere: `naru stamp`.',
    state: 'nothing was changed',
  })
}

async function claimed(work: Work): Promise<Claim> {
  const graph = await readFolder(work.setup.folder)
  if (graph.revisions.size > 0) {
    return { baseline: null, heads: graph.heads, proof: await proofOf(work, work.setup.folder) }
  }
  const { database, live, options } = work
  const { file, steps } = await baselineFile({
    schema: live,
    can: database.can,
    family: familyOf(database),
    tool: work.tool?.bookkeeping ?? null,
    message: options.message,
    id: options.revId,
  })
  const proof = await proofOfFile(work, file)
  const path = options.dryRun ? null : await writeRevision(work.setup.folder, file)
  const shown = path === null ? null : join(work.setup.folderLabel, basename(path))
  const { id, message } = file
  return { baseline: { id, message, path: shown, statements: steps, text: fileText(file) }, heads: [id], proof }
}

/** What is proven is the file as it will be read, before it lies where others read it. */
async function proofOfFile(work: Work, file: RevisionFile): Promise<Proof> {
  const folder = await temporaryFolder('adopt')
  try {
    await writeRevision(folder, file)
    return await proofOf(work, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A table that is not called as its tool calls it is nobody else's to recognize. */
const ignored = ({ tool, setup }: Work): string[] => [...setup.ignore, ...ownRules(tool)]

function ownRules(tool: FoundTool | null): string[] {
  return tool === null || tool.usual ? [] : tool.tables.map((t) => `tables:${t.name.name}`)
}

async function proofOf(work: Work, folder: string): Promise<Proof> {
  const { database, live, setup } = work
  const graph = await readFolder(folder)
  const revisions = order(graph, graph.revisions.keys())
  return prove({ database, live, revisions, setup, ignore: ignored(work) })
}

function report(work: Work, { baseline, heads, proof }: Claim, left: AdoptReport['left']): AdoptReport {
  const { database, tool, options } = work
  const same = proof.remaining.length === 0
  const rules = ownRules(tool)
  const keep = `naru does not know such tables by their name: write ignore: [${rules.map((r) => `'${r}'`).join(', ')}] under revisions in naru.config.ts, so that \`naru check --db\` leaves them out`
  return {
    database: {
      label: database.address.label,
      engine: database.engine.name,
      flavor: database.flavor,
      version: database.version,
    },
    tool: tool?.bookkeeping ?? null,
    outcome: !same ? 'differs' : options.dryRun ? 'planned' : 'adopted',
    exit: same ? 0 : 1,
    baseline,
    heads,
    where: proof.where,
    remaining: proof.remaining,
    left,
    notes: rules.length === 0 ? [] : [keep],
  }
}
