/** Comments on what was made. */
import { textLiteral } from './values.ts'

/** COMMENT ON, where there is one. */
export function commentOn(what: string, comment: string | undefined): string[] {
  return comment === undefined ? [] : [`COMMENT ON ${what} IS ${textLiteral(comment)}`]
}
