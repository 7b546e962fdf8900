export { CatalogueFollower } from './catalogue-follower.js';
export { CatalogueFollowerModule, CatalogueModule } from './catalogue.module.js';
export { settledPosition } from './counted.repository.js';
