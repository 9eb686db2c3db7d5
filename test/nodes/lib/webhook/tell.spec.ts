import type { Node, NodeAPI } from 'node-red';
import should from 'should';
import { createProblemLog } from '../../../../nodes/lib/webhook/problem-log';
import { tellNotice, tellState } from '../../../../nodes/lib/webhook/tell';
import type { EndpointNotice } from '../../../../sipgate/index';

/** A node whose log is kept, and a catalogue that shows which values go into a text. */
function open() {
  const said: string[] = [];
  const say = (level: string) => (text: string) => said.push(`${level}: ${text}`);
  const node = { warn: say('warn'), error: say('error'), log: say('info') } as unknown as Node;
  const RED = {
    _: (key: string, values: Record<string, unknown>) =>
      `${key.split('.').at(-1)} ${Object.values(values).map(String).join(' ')}`,
  } as unknown as NodeAPI;
  const problems = createProblemLog(RED, node);
  return {
    said,
    tell: (notice: EndpointNotice) => tellNotice(RED, node, problems, notice),
    RED,
    node,
    problems,
  };
}

const NEW_CALL = { event: 'NEW_CALL', callId: 'A1' } as const;

describe('The log of a webhook', () => {
  it('names the address that was refused, once a minute for each status', () => {
    const { said, tell } = open();
    for (const [status, address] of [
      [403, '198.51.100.1'],
      [403, '198.51.100.2'],
      [401, '198.51.100.3'],
    ] as const)
      tell({ kind: 'refused', status, reason: 'No', address });
    said.should.deepEqual(['warn: refused 403 No 198.51.100.1', 'warn: refused 401 No 198.51.100.3']);
  });

  it('cannot be forged by what somebody sent', () => {
    const { said, tell } = open();
    tell({ kind: 'refused', status: 403, reason: 'No', address: '::1\n[error] all lost\x1b[2J\x9b1m' });
    said.join('').should.not.match(/\p{Cc}/u);
  });

  it('says when a repeated event was answered first', () => {
    const { said, tell } = open();
    const answeredAt = new Date(2026, 0, 31, 14, 2, 5).getTime();
    tell({ kind: 'replayed', event: NEW_CALL, answeredAt });
    tell({ kind: 'replayed', event: NEW_CALL });
    should(said[0]).match(/^info: repeated NEW_CALL .*2:02:05/);
    should(said[1]).match(/^info: repeatedOpen NEW_CALL/);
  });

  it('says where it cannot listen, and when its certificate ends', () => {
    const { said, RED, node, problems } = open();
    tellState(RED, node, problems, { kind: 'failed', where: '127.0.0.1:1', error: new Error('EACCES') });
    const certificateEnds = new Date('2026-02-03T04:05:06Z');
    tellState(RED, node, problems, { kind: 'listening', where: 'x', localUrl: 'x', certificateEnds });
    said.should.deepEqual(['error: listen 127.0.0.1:1 EACCES', 'warn: certificateEnds 2026-02-03']);
  });
});
