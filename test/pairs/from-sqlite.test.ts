import { pairTests, plainSet } from './copying.ts'

pairTests('sqlite', [
  plainSet('chinook-sqlite'),
  plainSet('northwind-sqlite', { targets: ['postgres', 'mysql', 'sqlite'] }),
  plainSet('countries-sqlite', { targets: ['postgres', 'mysql', 'sqlite', 'csv'] }),
  plainSet('employees-small-sqlite', { targets: ['postgres', 'pglite', 'mysql', 'sqlite'] }),
  plainSet('roundcube-sqlite', { targets: ['postgres', 'mysql', 'sqlite'] }),
])
