/** Where the databases are, unless the environment says otherwise. */
const { env } = process

/** Addresses by the names that mappings use. */
export const addresses = {
  shop: env.SHOP_URL ?? 'mysql://root@localhost/relaunch_shop',
  outlet: env.OUTLET_URL ?? 'mysql://root@localhost/relaunch_outlet',
  club: env.CLUB_URL ?? 'postgres://postgres@localhost/relaunch_club',
  app: env.APP_URL ?? 'postgres://postgres@localhost/relaunch_app',
  testing: env.TESTING_URL ?? 'postgres://postgres@localhost/relaunch_testing',
} as const
