/** The tree that an SQL expression is read into: only what naru carries from one engine to another. */

export type BinaryOperator =
  | 'or'
  | 'and'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'same'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'

export type Expression =
  | { readonly kind: 'number' | 'string'; readonly text: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'not' | 'minus'; readonly of: Expression }
  | { readonly kind: 'binary'; readonly op: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'is'; readonly of: Expression; readonly what: 'null' | 'true' | 'false'; readonly not: boolean }
  | { readonly kind: 'in'; readonly of: Expression; readonly list: readonly Expression[]; readonly not: boolean }
  | {
      readonly kind: 'between'
      readonly of: Expression
      readonly low: Expression
      readonly high: Expression
      readonly not: boolean
    }
  | {
      readonly kind: 'like'
      readonly of: Expression
      readonly pattern: Expression
      readonly not: boolean
      readonly anyCase: boolean
    }
  /** `name` in lower case, as the source spells it. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: 'case'
      readonly whens: readonly { readonly when: Expression; readonly value: Expression }[]
      readonly otherwise: Expression | null
    }
  /** `type` in the source's spelling. */
  | { readonly kind: 'cast'; readonly of: Expression; readonly type: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
