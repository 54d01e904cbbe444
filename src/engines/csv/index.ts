/** The CSV engine: a folder of files, one a table. */
import type { Engine } from '../../core/engine.ts'
import { parseAddress } from './address.ts'
import { connect } from './connect.ts'
import { dialect } from './dialect.ts'

/** `csv:folder`. */
export const csv: Engine = {
  name: 'csv',
  schemes: ['csv'],
  dialect,
  parse: parseAddress,
  open: (address, o) => connect(csv, address, o),
}
