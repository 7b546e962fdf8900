import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';

/** Values of a row to write; a function gives SQL, such as `now()`. */
type Row<Entity> = { [Column in keyof Entity]?: Entity[Column] | (() => string) };

/**
 * A row to insert or update, of an entity with JSON columns: TypeORM's own type takes apart what they hold, which for
 * graphs and rules has no end.
 */
export function rowOf<Entity>(row: Row<Entity>): QueryDeepPartialEntity<Entity> {
  return row as QueryDeepPartialEntity<Entity>;
}
