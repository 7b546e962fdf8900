export { PlacesApiModule, PlacesWorkerModule } from './places.module.js';
