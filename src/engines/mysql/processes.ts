/** Where the server lists its connections. */
import type { Server } from './connect.ts'
import { featuresOf } from './plan/features.ts'

/**
 * The table with one row for each connection. MySQL's old one is refused as a whole while any session runs a statement with characters
 * beyond U+FFFF (error 3854), which its text cannot hold; the new one is there since 8.0.22.
 */
export function processList(server: Server): string {
  return featuresOf(server).listsProcesses ? 'performance_schema.processlist' : 'information_schema.processlist'
}
