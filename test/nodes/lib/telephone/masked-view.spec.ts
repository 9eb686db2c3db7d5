import should from 'should';
import { masked, maskedView } from '../../../../nodes/lib/telephone/call-view';
import type { CallView } from '../../../../nodes/lib/telephone/view';

const NODE_ID = '51b9a7e200000002';
const TAB_ID = '1234567890123456';
const HOUR_MS = 3_600_000;

/** A conversation of more than a minute, in a flow whose nodes have ids as Node-RED makes them. */
const CALL: CallView = {
  id: 'F8AE1154D96160CD87973F1F123456',
  kind: 'real',
  webhook: NODE_ID,
  from: '+4915799912345',
  to: 'anonymous',
  startedAt: '2026-11-27T12:42:04.231Z',
  version: 1_234_567,
  display: 'over',
  isOver: true,
  ringing: [],
  sound: 0,
  entries: [
    {
      kind: 'event',
      atMs: HOUR_MS,
      topic: 'HANGUP',
      fields: { from: '+4915799912345', user: ['Ann', '0211 6355-3355'] },
    },
    { kind: 'answer', atMs: HOUR_MS + 123_456, topic: 'DATA', action: 'play', tookMs: 100_000, xml: '' },
  ],
  path: [
    {
      nodeId: NODE_ID,
      flowId: TAB_ID,
      type: 'function',
      name: 'Ring 0049 211 63553355',
      topic: 'NEW_CALL',
      atMs: 654_321,
      state: 'failed',
      left: ['1: "+49 (211) 6355-3355"', '2: [3]'],
      reason: '`to` must be a phone number, got "0211/63553355x".',
    },
  ],
};

describe('A call whose numbers are masked', () => {
  const view = maskedView(CALL);

  it('keeps its times, however long it lasts', () => {
    view.entries.map(({ atMs }) => atMs).should.deepEqual([HOUR_MS, HOUR_MS + 123_456]);
    view.startedAt.should.equal(CALL.startedAt);
    view.version.should.equal(CALL.version);
  });

  it('keeps the ids of the nodes, which the editor shows in the workspace', () => {
    const [visit] = view.path;
    should([view.id, view.webhook]).deepEqual([CALL.id, NODE_ID]);
    should(visit).containEql({ nodeId: NODE_ID, flowId: TAB_ID });
  });

  it('shows of each number the last digits only, in whatever way it is written', () => {
    should([view.from, view.to]).deepEqual(['•••345', 'anonymous']);
    should(view.entries[0]).have.property('fields', { from: '•••345', user: ['Ann', '•••355'] });
    should(view.path[0]).containEql({
      name: 'Ring •••355',
      left: ['1: "•••355"', '2: [3]'],
      reason: '`to` must be a phone number, got "•••355x".',
    });
  });

  it('leaves short numbers as they are, and is quick with long texts', () => {
    masked('Press 1, 2 or 12 345').should.equal('Press 1, 2 or 12 345');
    masked(`${'9'.repeat(100_000)}`).should.match(/^(•••999)+$/);
    masked('1 -'.repeat(50_000)).should.not.match(/\d{6}/);
    masked(`1${' '.repeat(100_000)}`).should.match(/^1 +$/);
  });
});
