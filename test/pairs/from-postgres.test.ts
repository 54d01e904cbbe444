import { pairTests, plainSet } from './copying.ts'

pairTests('postgres', [
  plainSet('sakila-postgres'),
  plainSet('chinook-postgres', { targets: ['postgres', 'pglite', 'mysql', 'sqlite'] }),
  plainSet('northwind-postgres', { targets: ['postgres', 'mysql', 'sqlite', 'csv'] }),
  plainSet('countries-postgres', { targets: ['mysql', 'sqlite'] }),
  plainSet('titanic-postgres', { targets: ['postgres', 'mysql', 'sqlite'] }),
  plainSet('roundcube-postgres', { targets: ['mysql', 'sqlite'] }),
  plainSet('netflix-postgres', { targets: ['mysql'] }),
  plainSet('dellstore2-postgres', { targets: ['mysql'] }),
  plainSet('employees-postgres', { targets: ['sqlite'] }),
])
