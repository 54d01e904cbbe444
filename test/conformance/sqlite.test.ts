import { sqlite } from '../../src/engines/sqlite/index.ts'
import { conformanceOf } from './subject.ts'

conformanceOf('sqlite', sqlite)
