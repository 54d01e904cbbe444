/** What `naru files retry` may be told to ask for again. */
import { FILE_STATES, type FileState } from '../../core/file-ledger.ts'

/** What is not done, and (`gone`) what is done and has lost its object. */
export type RetryState = Exclude<FileState, 'done'> | 'gone'

/** All of them, in the order in which people are told of them. */
export const RETRY_STATES: readonly RetryState[] = [...FILE_STATES.filter((s) => s !== 'done'), 'gone']
