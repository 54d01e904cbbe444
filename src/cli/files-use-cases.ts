/** The use cases of files, each loaded when it is first needed: no client of S3 or the web before. */
import type { moveColumn } from '../app/files/move.ts'
import type { retryFiles } from '../app/files/retry.ts'
import type { filesStatus } from '../app/files/status.ts'
import type { readStore } from '../app/files/store.ts'

export interface FilesUseCases {
  /** A store of the config. */
  readStore(...a: Parameters<typeof readStore>): Promise<ReturnType<typeof readStore>>
  readonly move: typeof moveColumn
  readonly status: typeof filesStatus
  readonly retry: typeof retryFiles
}

/** The real ones. */
export const filesUseCases: FilesUseCases = {
  readStore: async (...a) => (await import('../app/files/store.ts')).readStore(...a),
  move: async (...a) => (await import('../app/files/move.ts')).moveColumn(...a),
  status: async (...a) => (await import('../app/files/status.ts')).filesStatus(...a),
  retry: async (...a) => (await import('../app/files/retry.ts')).retryFiles(...a),
}
