import { describeTelephoneOn } from './installed-telephone';
import { nodeRed5 } from './programs';

describeTelephoneOn('Node-RED 5', nodeRed5);
