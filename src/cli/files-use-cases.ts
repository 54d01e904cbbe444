/** The use cases of files, each loaded when it is first needed: no client of S3 or the web before. */
import type { rememberedFiles } from '../app/clean.ts'
import type { exportFiles, importFiles } from '../app/files/map.ts'
import type { moveColumn } from '../app/files/move.ts'
import type { orphanFiles } from '../app/files/orphans.ts'
import type { retryFiles } from '../app/files/retry.ts'
import type { filesStatus } from '../app/files/status.ts'
import type { readStore } from '../app/files/store.ts'
import type { verifyFiles } from '../app/files/verify.ts'

export interface FilesUseCases {
  /** A store of the config. */
  readStore(...a: Parameters<typeof readStore>): Promise<ReturnType<typeof readStore>>
  readonly move: typeof moveColumn
  readonly status: typeof filesStatus
  readonly retry: typeof retryFiles
  readonly verify: typeof verifyFiles
  readonly orphans: typeof orphanFiles
  readonly export: typeof exportFiles
  readonly import: typeof importFiles
  readonly remembered: typeof rememberedFiles
}

/** The real ones. */
export const filesUseCases: FilesUseCases = {
  readStore: async (...a) => (await import('../app/files/store.ts')).readStore(...a),
  move: async (...a) => (await import('../app/files/move.ts')).moveColumn(...a),
  status: async (...a) => (await import('../app/files/status.ts')).filesStatus(...a),
  retry: async (...a) => (await import('../app/files/retry.ts')).retryFiles(...a),
  verify: async (...a) => (await import('../app/files/verify.ts')).verifyFiles(...a),
  orphans: async (...a) => (await import('../app/files/orphans.ts')).orphanFiles(...a),
  export: async (...a) => (await import('../app/files/map.ts')).exportFiles(...a),
  remembered: async (...a) => (await import('../app/clean.ts')).rememberedFiles(...a),
  import: async (...a) => (await import('../app/files/map.ts')).importFiles(...a),
}
