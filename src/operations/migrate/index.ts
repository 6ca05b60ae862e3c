export { migrate, type MigrateOptions, type MigrateResult, type MigrationStep } from './migrate.js';
export { undoMigration } from './undo.js';
