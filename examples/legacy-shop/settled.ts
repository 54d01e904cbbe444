/** How the findings of the legacy shop are settled on the way into PostgreSQL, as flags of `naru copy`. */
export const SETTLED: readonly string[] = [
  ...['--cast', 'customers.phone=varchar(20)'],
  ...['--cast', 'orders.coupon=text'],
  ...['--policy', 'ZERO_DATE=null'],
  ...['--policy', 'WRONG_TYPE=null'],
  ...['--policy', 'NUL_BYTE=replace'],
]
