import { lazy } from '../../../sipgate/index';
import type * as Simulator from '../../../simulator/index';

/** The simulated telephone network: loaded when the first call is placed, not when Node-RED starts. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
export const loadSimulator = lazy(() => require('../../../simulator/index') as typeof Simulator);
