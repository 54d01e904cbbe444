/** Which columns InnoDB adds and drops in the catalogue alone. */
import type { ColumnText } from '../text/column.ts'
import type { Server } from './server.ts'

/** Defaults that are computed for each row that is there. */
const PER_ROW = /^(UUID|UUID_SHORT|SYS_GUID|NEXTVAL)$/

/** Why a column cannot be added without writing the table anew; null: it can. */
export function rebuildsToAdd(server: Server, column: ColumnText): string | null {
  if (column.generated === 'stored') return 'a STORED column is computed for each row, and writers wait'
  if (column.autoIncrement || column.type?.word === 'SERIAL') return 'AUTO_INCREMENT numbers all rows, and writers wait'
  if (column.primary) return 'the primary key is the order of the rows'
  if (column.default?.tokens.some((t) => PER_ROW.test(t.word)))
    return 'its default is computed for each row, and writers wait'
  if (column.unique) return 'a column that comes with its unique key is not added instantly'
  if (column.generated !== undefined) return null
  if (server.instantColumns === 'none')
    return 'the server adds no column instantly before MySQL 8.0.12 and MariaDB 10.3.2'
  if (server.instantColumns === 'last' && column.position !== undefined) {
    return 'a column in this place is not added instantly before MySQL 8.0.29 and MariaDB 10.4'
  }
  return null
}

/** Whether the table is written anew for a column that goes. */
export const rebuildsToDrop = (server: Server): boolean => server.instantColumns !== 'anywhere'
