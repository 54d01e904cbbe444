/** `naru verify csv:folder`: a folder against its own manifest. Changes nothing. */
import type { Address } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { FolderAudit } from '../core/folder.ts'
import { openDatabase } from './open.ts'

/** Compares bytes, SHA-256, rows and digests of every file. Throws FOLDER_INCOMPLETE without a manifest, USAGE for what is no folder. */
export async function auditFolder(address: Address): Promise<FolderAudit> {
  await using db = await openDatabase(address, { role: 'source' })
  if (db.audit !== undefined) return await db.audit()
  throw new NaruError('USAGE', 'one database was named, and two are compared', {
    why: 'only a folder that naru wrote can be checked by itself, against its manifest',
    hint: 'Name FROM and TO; without either, revisions are tried.',
  })
}
