/** Messages of the frontend/backend protocol 3.0 (PostgreSQL documentation, "Message Formats"): those that naru sends and reads itself. */

/** First bytes of the messages. */
export const FROM_SERVER = {
  commandComplete: 0x43,
  copyData: 0x64,
  copyInResponse: 0x47,
  dataRow: 0x44,
  error: 0x45,
  ready: 0x5a,
  rowDescription: 0x54,
} as const

function message(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((n, p) => n + p.length, 0)
  const head = Buffer.allocUnsafe(5)
  head[0] = type.charCodeAt(0)
  head.writeInt32BE(length + 4, 1)
  return Buffer.concat([head, ...parts])
}

const zeroed = (text: string) => Buffer.from(`${text}\0`)

function int16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** A simple query: one or more statements. */
export function queryMessage(sql: string): Buffer {
  return message('Q', zeroed(sql))
}

/** A statement with parameters in text format, through the unnamed statement and portal. */
export function parameterMessages(sql: string, params: readonly (string | null)[]): Buffer {
  const values = params.flatMap((p) => {
    if (p === null) return [int32(-1)]
    const bytes = Buffer.from(p)
    return [int32(bytes.length), bytes]
  })
  return Buffer.concat([
    message('P', zeroed(''), zeroed(sql), int16(0)),
    message('B', zeroed(''), zeroed(''), int16(0), int16(params.length), ...values, int16(0)),
    message('D', Buffer.from('P\0')),
    message('E', zeroed(''), int32(0)),
    message('S'),
  ])
}

/** Head of a CopyData message with `length` bytes of payload. */
export function copyDataHead(length: number): Buffer {
  const head = Buffer.allocUnsafe(5)
  head[0] = FROM_SERVER.copyData
  head.writeInt32BE(length + 4, 1)
  return head
}

/** Signature, flags and extension length in front of the tuples of a binary COPY. */
export const COPY_SIGNATURE: Buffer = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])

/** CopyData with the signature. */
export const COPY_BEGIN: Buffer = message('d', COPY_SIGNATURE)

/** CopyData with the end mark, and CopyDone. */
export const COPY_END: Buffer = Buffer.concat([message('d', Buffer.from([0xff, 0xff])), message('c')])

/** Refuses a COPY FROM STDIN that nobody has data for. */
export const COPY_FAIL: Buffer = message('f', zeroed('naru has no data for COPY FROM STDIN in a script'))

/** An ErrorResponse. Field codes: PostgreSQL documentation, "Error and Notice Message Fields". */
export interface ServerError {
  readonly severity: string
  /** SQLSTATE. */
  readonly code: string
  readonly message: string
  readonly detail?: string
  readonly hint?: string
  readonly where?: string
  readonly column?: string
  readonly position?: string
}

const FIELDS: Readonly<Record<string, keyof ServerError>> = {
  V: 'severity',
  C: 'code',
  M: 'message',
  D: 'detail',
  H: 'hint',
  W: 'where',
  c: 'column',
  P: 'position',
}

/** Reads the body of an ErrorResponse. */
export function parseError(body: Buffer): ServerError {
  const found: Record<string, string> = { severity: 'ERROR', code: 'XX000', message: 'unknown error' }
  for (let at = 0; at < body.length && body[at] !== 0; ) {
    const end = body.indexOf(0, at + 1)
    const field = FIELDS[String.fromCharCode(body[at])]
    if (field !== undefined) found[field] = body.toString('utf8', at + 1, end)
    at = end + 1
  }
  return found as unknown as ServerError
}

export interface ResultColumn {
  readonly name: string
  readonly oid: number
  /** Length, precision and scale, as `format_type` takes them; -1 for none. */
  readonly modifier: number
}

/** Reads the body of a RowDescription. */
export function parseRowDescription(body: Buffer): ResultColumn[] {
  const columns: ResultColumn[] = []
  let at = 2
  for (let n = body.readInt16BE(0); n > 0; n--) {
    const end = body.indexOf(0, at)
    columns.push({
      name: body.toString('utf8', at, end),
      oid: body.readUInt32BE(end + 7),
      modifier: body.readInt32BE(end + 13),
    })
    at = end + 19
  }
  return columns
}

/** Reads the body of a DataRow in text format. */
export function parseDataRow(body: Buffer): (string | null)[] {
  const values: (string | null)[] = []
  let at = 2
  for (let n = body.readInt16BE(0); n > 0; n--) {
    const length = body.readInt32BE(at)
    at += 4
    values.push(length < 0 ? null : body.toString('utf8', at, at + length))
    if (length > 0) at += length
  }
  return values
}
