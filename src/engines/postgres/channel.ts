/** A two-way stream of protocol messages, already logged in. PostgreSQL is behind a socket, PGlite lives in this process. */

/** What a channel tells its session. */
export interface Listener {
  /** Bytes from the server; valid only during the call. */
  data(chunk: Uint8Array): void
  /** What was sent has been answered in full (of channels that are not paced). */
  answered?(): void
  /** Nothing more will come. */
  lost(why: string, cause?: unknown): void
}

export interface Channel {
  /** Whether what the server sends can be held back. If not, large results are fetched in pages. */
  readonly paced: boolean
  /** Sends the parts, in order, as one write where possible. The parts are not kept once the server has answered. */
  send(parts: readonly Uint8Array[]): void
  /** As `send`; resolves when the parts are no longer needed. Absent where they are until the server has answered. */
  push?(parts: readonly Uint8Array[]): Promise<void>
  pause(): void
  resume(): void
  /**
   * Asks the server, beside the connection, to give up the running statement. Resolves when the server has been told, so that a request
   * that comes too late for this statement does not end the next one.
   */
  cancel(): Promise<void>
  close(): Promise<void>
}
