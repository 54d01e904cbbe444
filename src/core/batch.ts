/** How much is read at a time by who looks at rows and lets them go. */
export const BATCH = { bytes: 1024 * 1024, rows: 65_536 } as const
