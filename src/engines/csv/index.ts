/** Folders of files, one a table: CSV or NDJSON. */
import type { Engine } from '../../core/engine.ts'
import { parseAddress } from './address.ts'
import { connect } from './connect.ts'
import { dialect } from './dialect.ts'

/** `csv:folder`, `ndjson:folder`. */
export const csv: Engine = {
  name: 'csv',
  schemes: ['csv', 'ndjson'],
  dialect,
  parse: parseAddress,
  open: (address, o) => connect(csv, address, o),
}
