/** What commands do alike: resolve both ends, check output files before work begins, write them after. */

import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { facing } from '../app/facing.ts'
import type { Reportable } from '../app/report.ts'
import type { TransferSet } from '../app/transfer-set.ts'
import type { Address } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Task } from './shell.ts'

/** Both addresses, refused when they lead to the same place. Opening them comes next and may take a while, which is told. */
export async function bothEnds(task: Task, from: string, to: string): Promise<{ from: Address; to: Address }> {
  const source = await task.address(from)
  const target = await task.address(to)
  const { sameDatabase } = await import('../app/address.ts')
  if (!sameDatabase(source, facing(source, target))) {
    task.output.report({ type: 'phase', phase: 'connect', state: 'begin' })
    return { from: source, to: target }
  }
  throw new NaruError('USAGE', 'source and target are the same database', {
    why: `both are ${target.label}`,
    hint: 'Name two different databases, or two schemas of one by ?schema=.',
  })
}

/** The transfers that a command names, with all their databases. */
export async function transfersOf(task: Task, name: string): Promise<TransferSet> {
  // Defaults of the configuration choose tables of a copy, not transfers.
  const { tables, exclude } = task.chosen()
  return task.app.findTransfers(name, await task.loaded(), {
    only: tables,
    exclude,
    resolve: (database) => task.address(database),
    store: (store) => task.store(store),
  })
}

/** Refuses before any work begins when a file could not be written at its end. Throws FILE_UNREADABLE. */
export async function canWrite(paths: readonly (string | undefined)[], cwd: string): Promise<void> {
  for (const path of paths) {
    if (path === undefined) continue
    const full = resolve(cwd, path)
    const there = await stat(full).catch(() => null)
    if (there?.isDirectory()) throw unwritable(path, 'it is a folder')
    const place = there === null ? dirname(full) : full
    await access(place, constants.W_OK).catch((error: Error) => {
      throw unwritable(path, error.message)
    })
  }
}

function unwritable(path: string, why: string): NaruError {
  return new NaruError('FILE_UNREADABLE', `${path} could not be written`, { why, state: 'nothing was changed' })
}

/** Writes a text file. Throws FILE_UNREADABLE. */
export async function putText(task: Task, path: string, text: string): Promise<void> {
  await writeFile(resolve(task.io.cwd, path), text).catch((error: Error) => {
    throw unwritable(path, error.message)
  })
}

/** The same, and says so. */
export async function writeText(task: Task, path: string, text: string): Promise<void> {
  await putText(task, path, text)
  task.output.say(`wrote ${path}`)
}

/** Writes the reports that were asked for. */
export async function saveReports(task: Task, paths: readonly string[] | undefined, what: Reportable): Promise<void> {
  if (paths === undefined) return
  const { writeReport } = await import('../app/report.ts')
  for (const path of paths) {
    await writeReport(resolve(task.io.cwd, path), what)
    task.output.say(`report: ${path}`)
  }
}
