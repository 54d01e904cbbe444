/** Versions of PostgreSQL. */

/** The oldest that naru supports; what a script is for that does not say it. */
const OLDEST = 12

/** Whether the server that the script is for has at least this major version. */
export function atLeast(version: string | undefined, major: number): boolean {
  const number = version === undefined ? OLDEST : Number.parseInt(version, 10)
  return (Number.isNaN(number) ? OLDEST : number) >= major
}
