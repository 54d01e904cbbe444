/** A folder against its own manifest. */
import { NaruError } from '../../core/error.ts'
import type { AuditedFile, FolderAudit } from '../../core/folder.ts'
import {
  fileTrouble,
  isIncomplete,
  type ListedFile,
  type Manifest,
  readManifest,
  rowsDigest,
  strangers,
} from './manifest.ts'
import { type Described, readDescription } from './sidecar.ts'
import type { Place } from './table-file.ts'

/** Refuses a folder that is not finished, or not as it was when it was. Folders of others have no manifest and pass. */
export async function checkFolder(place: Place): Promise<void> {
  if (place.asked.unchecked) return
  if (isIncomplete(place)) throw incomplete(place)
  const found = readManifest(place)
  if (found === null) return
  const troubles = found.intact ? [] : ['naru-manifest.json itself was edited']
  for (const listed of found.manifest.files) {
    const trouble = await fileTrouble(place, listed)
    if (trouble !== null) troubles.push(`${listed.file}: ${trouble}`)
  }
  troubles.push(...strangers(place, found.manifest).map((file) => `${file}: the manifest does not know it`))
  if (troubles.length > 0) throw changed(place, troubles)
}

function incomplete(place: Place): NaruError {
  return new NaruError('FOLDER_INCOMPLETE', `${place.folder.path} is not finished: it has no naru-manifest.json`, {
    why: 'the copy that wrote it was broken off, failed, or still runs',
    hint: `Run that copy to its end; what is there is read by adding ?manifest=ignore to the address.`,
    state: 'nothing was changed',
  })
}

function changed(place: Place, troubles: readonly string[]): NaruError {
  const more = troubles.length > 5 ? `; and ${troubles.length - 5} more` : ''
  return new NaruError('FOLDER_CHANGED', `${place.folder.path} is not what its manifest says`, {
    why: `${troubles.slice(0, 5).join('; ')}${more}`,
    hint: 'Take the folder from where it was kept first; to read it as it is, add ?manifest=ignore to the address.',
    state: 'nothing was changed',
    details: { troubles },
  })
}

/** Compares every file with the manifest, bytes and rows. Throws FOLDER_INCOMPLETE where there is no manifest. */
export async function auditFolder(place: Place): Promise<FolderAudit> {
  const found = readManifest(place)
  if (found === null) throw incomplete(place)
  const { manifest, intact } = found
  const d = readDescription(place.folder)
  const files: AuditedFile[] = []
  for (const listed of manifest.files) files.push(await auditFile(place, d, listed))
  const notes = [
    ...(intact ? [] : ['naru-manifest.json itself was edited: its hash is another']),
    ...strangers(place, manifest).map((file) => `${file} is not in the manifest`),
    ...(isIncomplete(place) ? ['a copy into the folder is not finished'] : []),
  ]
  const { made, naru, source } = manifest
  const same = notes.length === 0 && files.every((f) => f.same)
  return { path: place.folder.path, made, naru, source, files, notes, same }
}

async function auditFile(place: Place, d: Described, listed: ListedFile): Promise<AuditedFile> {
  const { file, table, bytes } = listed
  const trouble = await fileTrouble(place, listed)
  const notes = trouble === null ? [] : [trouble]
  let { rows } = listed
  if (trouble !== 'it is missing') {
    try {
      const read = await rowsDigest(place, d, table)
      rows = read.rows
      notes.push(...rowNotes(listed, read))
    } catch (error) {
      if (!(error instanceof NaruError)) throw error
      notes.push(error.why === undefined ? error.message : `${error.message}: ${error.why}`)
    }
  }
  return { file, table, rows, bytes, same: notes.length === 0, notes }
}

function rowNotes(listed: Manifest['files'][number], read: Awaited<ReturnType<typeof rowsDigest>>): string[] {
  const lines = (n: number) => `${n} ${n === 1 ? 'line is' : 'lines are'}`
  return [
    ...(read.rows === listed.rows ? [] : [`it holds ${read.rows} rows instead of ${listed.rows}`]),
    ...(read.bad === 0 ? [] : [`${lines(read.bad)} no row of the table`]),
    ...(read.rows === listed.rows && read.digest !== listed.digest ? ['its rows are not those that were written'] : []),
  ]
}
