import { postgres } from '../../src/engines/postgres/index.ts'
import { conformanceOf } from './subject.ts'

conformanceOf('pglite', postgres, { plans: 'some' })
