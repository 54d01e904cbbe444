import { defineConfig } from 'naru'

export default defineConfig({
  databases: { library: 'sqlite:library.db' },
  revisions: { database: 'library', models: 'schema.sql', folder: 'migrations' },
})
