/** A folder of revisions and a database, for the command line and for the use cases behind it. */

import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RevisionsSetup, revisionsSetup } from '../../src/app/revisions/setup.ts'
import { upgrade } from '../../src/app/revisions/upgrade.ts'
import type { NaruEvent } from '../../src/core/event.ts'
import type { UpgradeOptions, UpgradeReport } from '../../src/core/revision.ts'
import { address } from '../harness/address.ts'
import { type DatabaseKind, freshDatabase, freshFiles } from '../harness/database.ts'

/** One file: its statements up and down. `head`: further header lines. */
export interface File {
  readonly id: string
  readonly down?: string | readonly string[]
  readonly head?: string
  readonly up: string
  readonly back?: string
}

/** The text of a revision in SQL. */
function fileText({ id, down = [], head, up, back }: File): string {
  const before = [down].flat().join(', ')
  return [
    `-- naru:revision ${id}`,
    ...(before === '' ? [] : [`-- naru:revises ${before}`]),
    `-- naru:message message of ${id}`,
    ...(head === undefined ? [] : [head]),
    '',
    '-- naru:up',
    up,
    ...(back === undefined ? [] : ['', '-- naru:down', back]),
    '',
  ].join('\n')
}

export interface Project extends AsyncDisposable {
  readonly url: string
  readonly cwd: string
  readonly setup: RevisionsSetup
  /** Writes a revision, in place of one with that id. */
  write(file: File): Promise<void>
  writeModule(id: string, text: string): Promise<void>
  remove(id: string): Promise<void>
  /** Runs `upgrade` in this process. */
  up(target?: string, more?: Partial<UpgradeOptions>, told?: NaruEvent[]): Promise<UpgradeReport>
}

/** What the use cases work on, for any database. */
async function setupFor(cwd: string, ...urls: string[]): Promise<RevisionsSetup> {
  return revisionsSetup({ folder: 'migrations', targets: urls }, { config: {}, configFolder: cwd, cwd, address })
}

/** A new database and a new folder. */
export async function project(kind: DatabaseKind, ...files: File[]): Promise<Project> {
  const db = await freshDatabase(kind)
  const work = await freshFiles()
  const folder = join(work.path, 'migrations')
  await mkdir(folder)
  const setup = await setupFor(work.path, db.url)
  const write = (file: File) => writeFile(join(folder, `${file.id}_x.sql`), fileText(file))
  for (const file of files) await write(file)
  return {
    url: db.url,
    cwd: work.path,
    setup,
    write,
    writeModule: (id, text) => writeFile(join(folder, `${id}_x.ts`), text),
    remove: (id) => rm(join(folder, `${id}_x.sql`)),
    async up(target = 'head', more = {}, told = []) {
      const reporter = { report: (event: NaruEvent) => void told.push(event) }
      const [report] = await upgrade(setup, { target, ...more }, { reporter })
      return report
    },
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]()
      await work[Symbol.asyncDispose]()
    },
  }
}
