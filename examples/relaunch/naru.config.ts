import { defineConfig } from 'naru'
import { addresses } from './addresses.ts'
import { relaunch } from './relaunch.ts'
import { stores } from './stores.ts'
import { testSystem } from './test-system.ts'

/** Addresses come from the environment (SHOP_URL, OUTLET_URL, CLUB_URL, APP_URL, TESTING_URL), or are those of addresses.ts. */
export default defineConfig({
  databases: addresses,
  stores,
  transfers: { relaunch, 'test-system': testSystem },
})
