export { EntryWindowsApiModule, EntryWindowsModule } from './entry-windows.module.js';
export { EntryWindows } from './entry-windows.service.js';
