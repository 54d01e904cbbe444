/** A file in the user's editor. */
import { spawn } from 'node:child_process'
import { NaruError } from '../core/error.ts'
import type { Io } from './io.ts'

/** Opens the file in $VISUAL or $EDITOR (a command of the shell, arguments and all) and waits. Throws USAGE, FILE_UNREADABLE. */
export async function editFile(io: Io, path: string): Promise<void> {
  const editor = io.env.VISUAL || io.env.EDITOR
  if (!editor)
    throw new NaruError('USAGE', 'no editor is set', {
      why: 'neither VISUAL nor EDITOR is in the environment',
      hint: `Set one, or open ${path}.`,
    })
  const file = process.platform === 'win32' ? '"%NARU_FILE%"' : '"$NARU_FILE"'
  const child = spawn(`${editor} ${file}`, { shell: true, stdio: 'inherit', env: { ...io.env, NARU_FILE: path } })
  const failure = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(code === 0 ? null : `it ended with ${code ?? signal}`))
  })
  if (failure === null) return
  throw new NaruError('FILE_UNREADABLE', `${editor} did not edit ${path}`, {
    why: failure,
    hint: 'Check VISUAL and EDITOR.',
  })
}
