import { describeTelephoneOn } from './installed-telephone';
import { nodeRed4 } from './programs';

describeTelephoneOn('Node-RED 4.1', nodeRed4);
