export { postgresOutboxMigration } from './migration.ts';
export {
  createPostgresOutbox,
  type PostgresOutbox,
  type PostgresOutboxOptions,
  type PostgresPool,
} from './postgres-outbox.ts';
