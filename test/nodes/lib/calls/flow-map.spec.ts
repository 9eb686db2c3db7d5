import { EventEmitter } from 'node:events';
import type { Node, NodeAPI } from 'node-red';
import 'should';
import { announceResponse, currentFlowMap } from '../../../../nodes/lib/calls/flow-map';
import type { FlowNode } from '../../../../nodes/lib/calls/reachable';

/** As much of Node-RED as a map of its flows needs: the nodes, and when they change. */
function nodeRed(flows: FlowNode[]) {
  const events = new EventEmitter();
  const paths = new Map<object, unknown>();
  const red = {
    events,
    nodes: { eachNode: (callback: (node: FlowNode) => void) => flows.forEach(callback) },
    util: {
      evaluateNodeProperty: (name: string, type: string, node: object) =>
        name === 'NR_NODE_PATH' && type === 'env' ? paths.get(node) : undefined,
    },
  };
  return {
    RED: red as unknown as NodeAPI,
    events,
    /** A response node at this path. */
    responseAt(path: unknown): Node {
      const node = { type: 'sipgate-webhook-response' } as Node;
      paths.set(node, path);
      return node;
    },
  };
}

const start = (...wires: string[]): FlowNode => ({
  id: 'in',
  type: 'sipgate-webhook-in',
  z: 'tab',
  wires: [wires],
});
const response: FlowNode = { id: 'end', type: 'sipgate-webhook-response', z: 'tab' };
const menu: FlowNode = { id: 'menu', type: 'sipgate-menu', z: 'tab' };

const mapOf = (RED: NodeAPI) => currentFlowMap(RED, 'sipgate-webhook-response');

describe('The map of the flows that run now', () => {
  const isReached = (RED: NodeAPI) => mapOf(RED).reach('in', 0).isReached;

  it('shows the way to a response', () => {
    isReached(nodeRed([start('end'), response]).RED).should.be.true();
    isReached(nodeRed([start('menu'), menu, response]).RED).should.be.false();
  });

  it('is drawn once, and anew after each deploy', () => {
    const flows = [start(), response];
    const { RED, events } = nodeRed(flows);
    const map = mapOf(RED);
    mapOf(RED).should.equal(map);
    for (const moment of ['flows:starting', 'flows:started']) {
      const before = mapOf(RED);
      events.emit(moment);
      mapOf(RED).should.not.equal(before);
    }
    flows[0] = start('end');
    isReached(RED).should.be.false();
    events.emit('flows:started');
    isReached(RED).should.be.true();
    events.listenerCount('flows:starting').should.equal(1);
    events.listenerCount('flows:started').should.equal(1);
  });

  it('is another one for each kind of response', () => {
    const { RED } = nodeRed([start('end'), response]);
    currentFlowMap(RED, 'sipgate-ai-flow-response').reach('in', 0).isReached.should.be.false();
    isReached(RED).should.be.true();
  });

  it('is another one for each Node-RED', () => {
    const [one, other] = [nodeRed([start('end'), response]), nodeRed([start(), response])];
    isReached(one.RED).should.be.true();
    isReached(other.RED).should.be.false();
    one.events.emit('flows:started');
    isReached(one.RED).should.be.true();
  });

  it('shows a way into a packaged subflow while a response is in there', () => {
    const { RED, events, responseAt } = nodeRed([start('menu'), menu]);
    isReached(RED).should.be.false();
    const goAway = announceResponse(RED, responseAt('tab/menu/inner'));
    events.emit('flows:started');
    isReached(RED).should.be.true();
    goAway();
    events.emit('flows:started');
    isReached(RED).should.be.false();
  });

  it('shows none where a response stands elsewhere, or does not know where', () => {
    const { RED, responseAt } = nodeRed([start('menu'), menu]);
    const leave = ['other/inner', 'tab/menu', 'tab/menu2/inner', undefined, 5].map((path) =>
      announceResponse(RED, responseAt(path)),
    );
    isReached(RED).should.be.false();
    for (const goAway of leave) goAway();
  });

  it('looks at every response for the one that is in there', () => {
    const { RED, responseAt } = nodeRed([start('menu'), menu]);
    const leave = ['other/inner', 'tab/menu/inner', 'another/inner'].map((path) =>
      announceResponse(RED, responseAt(path)),
    );
    isReached(RED).should.be.true();
    for (const goAway of leave) goAway();
  });
});
