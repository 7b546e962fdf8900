export { HttpConnectionSettingsModule, HttpConnectionsModule } from './http-connections.module.js';
export { HttpConnections } from './http-connections.js';
