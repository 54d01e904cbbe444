/** MySQL, and MariaDB as a flavor of it. */
import type { Engine } from '../../core/engine.ts'
import { parseAddress } from './address.ts'
import { openDatabase } from './database.ts'
import { dialect } from './dialect.ts'

/** The engine. */
export const mysql: Engine = {
  name: 'mysql',
  schemes: ['mysql', 'mariadb'],
  dialect,
  parse: parseAddress,
  open: (address, o = {}) => openDatabase(mysql, address, o),
}
