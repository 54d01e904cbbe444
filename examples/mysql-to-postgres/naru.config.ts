import { defineConfig } from 'naru'

/** Addresses come from the environment: LEGACY_URL=mysql://… APP_URL=postgres://… */
export default defineConfig({
  databases: {
    legacy: process.env.LEGACY_URL ?? 'mysql://root@localhost/game',
    app: process.env.APP_URL ?? 'postgres://localhost/game',
  },
})
