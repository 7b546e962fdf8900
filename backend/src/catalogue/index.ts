export { CatalogueFollowerModule, CatalogueModule } from './catalogue.module.js';
