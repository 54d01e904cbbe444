/** What a revision does, read from its file. */
import { basename } from 'node:path'
import { NaruError } from '../core/error.ts'
import type { Revision, RevisionBody, RevisionModule, RevisionWay } from '../core/revision.ts'
import type { Family } from '../schema/sql-body.ts'
import { functionChecksum, statementsChecksum } from './checksum.ts'
import { type LoadModule, readText } from './folder.ts'
import { type Header, parseHeader } from './header.ts'
import { checkModule, parseModuleHeader } from './module-header.ts'
import { readSections } from './sections.ts'

function moved(revision: Revision): NaruError {
  return new NaruError('REVISION_INVALID', `${basename(revision.path)} is not revision ${revision.id} any more`, {
    why: 'the file was changed while naru was at work',
    hint: 'Run the command again.',
  })
}

const FIELDS = ['id', 'down', 'dependsOn', 'labels', 'replaces', 'message', 'date'] as const

/** What is read without running a module must be what the module says when it runs. */
function checkAgreement(written: Header | null, said: Header, file: string): void {
  if (written === null) return
  const wrong = FIELDS.find((field) => JSON.stringify(written[field]) !== JSON.stringify(said[field]))
  if (wrong === undefined) return
  throw new NaruError(
    'REVISION_INVALID',
    `${file} says one thing where it is read and another where it runs: ${wrong}`,
    {
      why: `read: ${JSON.stringify(written[wrong])}, run: ${JSON.stringify(said[wrong])}`,
      hint: 'Write what describes the revision as literals, before the functions.',
    },
  )
}

function downOf(module: RevisionModule, transaction: boolean): RevisionWay {
  const { down } = module
  if (down === undefined) return { kind: 'none', why: 'it has no function down' }
  return { kind: 'ts', run: (tools) => down.call(module, tools), transaction }
}

async function moduleBody(revision: Revision, load: LoadModule): Promise<RevisionBody> {
  const file = basename(revision.path)
  const { header, module } = checkModule(await load(revision.path), file)
  checkAgreement(parseModuleHeader(readText(revision.path), file), header, file)
  if (header.id !== revision.id) throw moved(revision)
  const transaction = module.transaction ?? true
  return {
    up: { kind: 'ts', run: (tools) => module.up(tools), transaction },
    down: downOf(module, transaction),
    checksum: functionChecksum(module.up),
  }
}

/** The two ways of a revision. Throws REVISION_INVALID with file and line, FILE_UNREADABLE. */
export async function readBody(revision: Revision, family: Family, load: LoadModule): Promise<RevisionBody> {
  if (revision.kind === 'ts') return moduleBody(revision, load)
  const file = basename(revision.path)
  const text = readText(revision.path)
  if (parseHeader(text, file)?.id !== revision.id) throw moved(revision)
  const { up, down } = readSections(text, file, family)
  return { up, down, checksum: statementsChecksum(up.statements, family) }
}
