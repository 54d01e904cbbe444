import { mysql } from '../../src/engines/mysql/index.ts'
import { conformanceOf } from './subject.ts'

conformanceOf('mysql', mysql)
