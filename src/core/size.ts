/** How large a table may be that nobody needs to think about. */

/** Up to so many rows a table is written anew, or its readers and writers wait, for less time than a question takes. */
export const SMALL_ROWS = 100_000

/** Up to so many bytes likewise. */
export const SMALL_BYTES = 10 * 1024 * 1024
