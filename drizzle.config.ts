import { defineConfig } from 'drizzle-kit';

/** `npx drizzle-kit generate --name verb_noun` writes the next numbered migration; they only ever roll forward. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './drizzle/schema/*.ts',
  out: './drizzle/migrations',
  schemaFilter: ['tandem'],
});
