import { csv } from '../../src/engines/csv/index.ts'
import { conformanceOf } from './subject.ts'

conformanceOf('csv', csv, { sql: false })
