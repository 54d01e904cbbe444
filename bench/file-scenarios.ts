/** What the benchmark of files moves, and what all of its contenders have alike. */

export type Size = 'small' | 'large'

/** Bytes of each file. */
export const BYTES: Readonly<Record<Size, number>> = { small: 5_016, large: 2_000_016 }

export const FILES: Readonly<Record<Size, number>> = { small: 5_000, large: 200 }

/** Requests at once. */
export const AT_ONCE = 16
/** Files at once: some are asked for, the others written. */
export const IN_ALL = 256

export const LOGIN = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
