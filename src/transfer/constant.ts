/** JavaScript values of a configuration as canonical text. */
import { CellError, encoder } from '../core/encode.ts'
import { NaruError } from '../core/error.ts'
import type { WireType } from '../core/wire.ts'
import { ByteWriter } from '../core/writer.ts'

/** A value as canonical text of a wire type. Throws CONFIG_INVALID, naming `place`, for one that does not fit. */
export function constantText(value: unknown, wire: WireType, place: string): string {
  const text = textOf(value, wire)
  try {
    if (text === null) throw new CellError(`${JSON.stringify(value)} is no value of a database`)
    encoder(wire)(new ByteWriter(64), text)
    return text
  } catch (error) {
    if (!(error instanceof CellError)) throw error
    throw new NaruError('CONFIG_INVALID', `${place}: ${JSON.stringify(value) ?? String(value)} does not fit`, {
      why: error.message,
      state: 'nothing was changed',
    })
  }
}

function textOf(value: unknown, wire: WireType): string | null {
  if (value instanceof Date)
    return value
      .toISOString()
      .replace('T', ' ')
      .replace('Z', wire.kind === 'timestamptz' ? '+00' : '')
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'bigint':
      return String(value)
    case 'boolean':
      return wire.kind === 'bool' || wire.kind.startsWith('int') ? (value ? '1' : '0') : String(value)
    default:
      return wire.kind === 'json' || wire.kind === 'jsonb' ? JSON.stringify(value) : null
  }
}
