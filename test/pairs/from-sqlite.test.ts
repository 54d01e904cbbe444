import { pairTests, plainSet } from './copying.ts'

pairTests('sqlite', [
  plainSet('chinook-sqlite'),
  plainSet('northwind-sqlite'),
  plainSet('countries-sqlite'),
  plainSet('employees-small-sqlite'),
  plainSet('roundcube-sqlite'),
])
