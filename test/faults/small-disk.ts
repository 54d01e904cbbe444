/** A disk that is soon full. */
import { execFileSync } from 'node:child_process'

/** A folder on a disk of so many megabytes of its own, or null where this user may not mount one. */
export function smallDisk(folder: string, size: number): { grow(size: number): void; [Symbol.dispose](): void } | null {
  const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'ignore' })
  try {
    mount('-t', 'tmpfs', '-o', `size=${size}m`, 'tmpfs', folder)
  } catch {
    return null
  }
  return {
    grow: (more) => mount('-o', `remount,size=${more}m`, folder),
    [Symbol.dispose]: () => execFileSync('umount', ['-l', folder]),
  }
}
