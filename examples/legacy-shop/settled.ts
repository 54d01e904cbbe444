/** How the findings of the legacy shop are settled on the way into PostgreSQL, as flags of `naru copy`. */
export const SETTLED: readonly string[] = []
