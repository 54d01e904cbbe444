/** Files and folders that this process may not write to. */
import { accessSync, constants, existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import type { MissingRights } from '../core/rights.ts'

const writable = (path: string) => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** The path itself, or the nearest folder above it that is there. */
function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path))
}

/** What is lacked to write these paths, those that are not there yet among them. Read-only disks count. */
export function unwritable(...paths: readonly string[]): MissingRights[] {
  const refused = [...new Set(paths.map(nearest))].filter((path) => !writable(path))
  return refused.map((path) => ({
    user: userName(),
    rights: ['write permission'],
    object: `path ${path}`,
    grant: `make ${path} writable;`,
  }))
}

/** A user may have no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? ''}`.trim()
  }
}
