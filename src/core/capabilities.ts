/** What an engine, at this version and for this user, can do. Suites and features ask here, never for a name. */
export interface Capabilities {
  /** Lives in this process: opened once, one lane, no worker threads (PGlite). */
  readonly inProcess: boolean
  /** Statistics can be gathered while others read, without making them wait (MySQL: whoever reads next waits for who reads now). */
  readonly analyzesBesideReads: boolean
  /** How many connections may write rows at once; null = as many as the server allows. */
  readonly writers: number | null
  /** export: readers join a snapshot by name. lock: readers join while a short lock is held. none: each reader for itself. */
  readonly sharedSnapshot: 'export' | 'lock' | 'none'
  readonly transactionalDdl: boolean
  /** May be a target (csv: yes), a source. */
  readonly schemas: boolean
  /** Longest identifier: PostgreSQL 63 bytes, MySQL 64 characters; null = no limit. `identifierUnit` says of what. */
  readonly identifierLimit: number | null
  readonly identifierUnit: 'bytes' | 'characters'
  /** How unquoted/stored names compare: exact, or equal when case differs. */
  readonly foldsNames: boolean
  /** Largest index entry in bytes, null = none that matters. */
  readonly indexBytes: number | null
  readonly enums: boolean
  readonly arrays: boolean
  /** Text may hold U+0000. */
  readonly nulInText: boolean
  /** Text keys compare without case and trailing blanks by default (MySQL). */
  readonly foldsText: boolean
  readonly foreignKeysAlterable: boolean
  /** Data of existing tables can be loaded with triggers and foreign keys off. */
  readonly canDisableTriggers: boolean
  /** Connections that the server still allows, null = unknown or no limit. */
  readonly freeConnections: number | null
  /** Extensions there to use (postgis, citext). */
  readonly extensions: readonly string[]
}

/** Whether several connections may be at work at once, each writing. */
export function severalConnections(can: Pick<Capabilities, 'inProcess' | 'writers'>): boolean {
  return !can.inProcess && can.writers !== 1
}
