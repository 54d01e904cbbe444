/** One spelling for texts that differ in blanks, comments, the case of keywords and the quotes around names only. */
import { quote } from './literal.ts'
import { type Token, tokenize } from './tokens.ts'

/** Keywords that are no names unless quoted. https://www.sqlite.org/lang_keywords.html */
const RESERVED = new Set(
  `ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE CROSS CURRENT_DATE CURRENT_TIME
  CURRENT_TIMESTAMP DEFAULT DEFERRABLE DELETE DISTINCT DROP ELSE ESCAPE EXISTS FOREIGN FROM FULL GROUP HAVING IN INDEX INDEXED INNER
  INSERT INTERSECT INTO IS ISNULL JOIN LEFT LIMIT NATURAL NOT NOTHING NOTNULL NULL ON OR ORDER OUTER OVER PRIMARY REFERENCES RETURNING
  RIGHT SELECT SET TABLE THEN TO TRANSACTION UNION UNIQUE UPDATE USING VALUES WHEN WHERE WINDOW`.split(/\s+/),
)

/** Keywords that may be names as well. */
const SOFT = new Set(
  `ABORT ACTION AFTER ALWAYS ANALYZE ASC ATTACH BEFORE BEGIN BY CASCADE CAST COLUMN CONFLICT CURRENT DATABASE DEFERRED DESC DETACH DO
  EACH END EXCEPT EXCLUDE EXCLUSIVE EXPLAIN FAIL FILTER FIRST FOLLOWING FOR GENERATED GLOB GROUPS IF IGNORE IMMEDIATE INITIALLY INSTEAD
  KEY LAST LIKE MATCH MATERIALIZED NO NULLS OF OFFSET OTHERS PARTITION PLAN PRAGMA PRECEDING QUERY RAISE RANGE RECURSIVE REGEXP REINDEX
  RELEASE RENAME REPLACE RESTRICT ROLLBACK ROW ROWID ROWS SAVEPOINT STORED STRICT TEMP TEMPORARY TIES TRIGGER UNBOUNDED VACUUM VIEW
  VIRTUAL WITH WITHOUT`.split(/\s+/),
)

const PLAIN = /^[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*$/

/** A token as it is compared. */
function canonicalToken(token: Token): string {
  if (token.kind === 'word') {
    const upper = token.text.toUpperCase()
    return RESERVED.has(upper) || SOFT.has(upper) ? upper : token.text
  }
  if (token.kind !== 'name') return token.text
  const upper = token.value.toUpperCase()
  if (SOFT.has(upper)) return upper
  return PLAIN.test(token.value) && !RESERVED.has(upper) ? token.value : quote(token.value)
}

/** Tokens as one text. */
export function canonicalOf(tokens: readonly Token[]): string {
  let text = ''
  tokens.forEach((token, i) => {
    text += `${i > 0 && apart(tokens[i - 1], token) ? ' ' : ''}${canonicalToken(token)}`
  })
  return text
}

function apart(before: Token, token: Token): boolean {
  if (['(', '.'].includes(before.text) || [')', ',', '.', ';'].includes(token.text)) return false
  if (token.text !== '(') return true
  if (before.kind === 'name') return false
  return before.kind !== 'word' || RESERVED.has(before.text.toUpperCase()) || SOFT.has(before.text.toUpperCase())
}

/** A statement in its one spelling. */
export function canonicalText(sql: string): string {
  return canonicalOf(tokenize(sql))
}
