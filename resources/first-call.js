// Node-RED runs a tour from a file of its own; the steps are those of nodes/lib/editor/telephone/tour.ts.
export default globalThis.sipgateFirstCall;
