/** Where what is not finished yet is kept: beside the configuration, else in the user's cache folder. */
import { join } from 'node:path'
import { cacheFolder } from '../disk/cache-folder.ts'
import type { LoadedConfig } from './config.ts'

/** The folder, which need not be there; null where there is no configuration file and the user wants no cache. */
export function stateFolder({ path, folder }: LoadedConfig): string | null {
  if (path !== null) return join(folder, '.naru')
  const cache = cacheFolder()
  return cache === null ? null : join(cache, 'unfinished')
}
