import { lazy } from '../../../sipgate/index';
import type * as Simulator from '../../../simulator/index';
import { TelephoneProblem } from './problem';

/** The simulated telephone network: loaded when the first call is placed, not when Node-RED starts. */
export const loadSimulator = lazy(() => {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require('../../../simulator/index') as typeof Simulator;
  } catch (cause) {
    const words = `The simulated telephone network cannot be loaded (${(cause as Error).name}). Install the pack again and restart Node-RED.`;
    throw new TelephoneProblem('SERVER', 'noSimulator', words);
  }
});
