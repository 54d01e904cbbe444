/** Files that hold secrets: read only when others cannot. */
import { readFile, stat } from 'node:fs/promises'

export interface SecretFile {
  readonly path: string
  /** Permission bits that make the file be ignored: 0o077 for .pgpass (as libpq), 0o002 for .my.cnf (as MySQL). */
  readonly forbidden: number
  readonly advice: string
  readonly warn: (message: string) => void
}

/** The text of the file; null when it is not there or too open (then with a warning). */
export async function readSecretFile(file: SecretFile): Promise<string | null> {
  try {
    const { mode } = await stat(file.path)
    if (process.platform !== 'win32' && (mode & file.forbidden) !== 0) {
      file.warn(
        `${file.path} is ignored: others may ${file.forbidden === 0o002 ? 'write' : 'read'} it (${file.advice})`,
      )
      return null
    }
    return await readFile(file.path, 'utf8')
  } catch {
    return null
  }
}
