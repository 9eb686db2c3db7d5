import type { NodeAPI } from 'node-red';
import { registerTelephoneRoutes } from './lib/telephone/admin-routes';

/** The telephone in the editor's sidebar: its routes. Nothing else of it runs before somebody opens the tab. */
export = (RED: NodeAPI): void => {
  registerTelephoneRoutes(RED);
};
