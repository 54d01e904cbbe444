/** Sources that no data set comes in: folders of CSV and embedded databases, filled by naru itself. */
import { pairTests, plainSet } from './copying.ts'

pairTests('postgres', [plainSet('sakila-postgres', { targets: ['postgres', 'mysql', 'csv'] })], 'csv')
pairTests('mysql', [plainSet('sakila-mysql', { targets: ['mysql', 'postgres'] })], 'csv')
pairTests('sqlite', [plainSet('chinook-sqlite', { targets: ['sqlite', 'pglite'] })], 'csv')
pairTests(
  'postgres',
  [plainSet('northwind-postgres', { targets: ['postgres', 'mysql', 'sqlite', 'pglite'] })],
  'pglite',
)
