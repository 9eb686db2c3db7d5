/** The script of the editor plugin: what all dialogs share, once, and there before Node-RED loads the nodes. */
import * as editor from './lib/editor/index';

Object.assign(window, { sipgateEditor: editor });
