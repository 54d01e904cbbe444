import { pairTests, plainSet } from './copying.ts'

pairTests('postgres', [
  plainSet('chinook-postgres'),
  plainSet('northwind-postgres'),
  plainSet('countries-postgres'),
  plainSet('sakila-postgres'),
  plainSet('titanic-postgres'),
  plainSet('roundcube-postgres'),
  plainSet('netflix-postgres', { targets: ['mysql', 'sqlite'] }),
  plainSet('dellstore2-postgres', { targets: ['mysql'] }),
  plainSet('employees-postgres', { targets: ['sqlite'] }),
])
