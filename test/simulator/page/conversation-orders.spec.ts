import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import should from 'should';
import { Simulator } from '../../../simulator';
import type { WireEvent } from '../../../simulator/ai-flow/wire';
import { eventually } from '../../eventually';

describe('what the simulator’s page may order in a conversation', () => {
  let simulator: Simulator;
  let flow: Server;
  let url: string;
  let events: WireEvent[];

  before(async () => {
    flow = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        events.push(JSON.parse(body) as WireEvent);
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => flow.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(flow.address() as AddressInfo).port}/`;
    simulator = await Simulator.start();
  });
  after(async () => {
    await simulator.stop();
    flow.closeAllConnections();
    flow.close();
  });
  beforeEach(() => (events = []));

  async function order(
    path: string,
    body: object,
  ): Promise<{ status: number; answer: Record<string, unknown> }> {
    const response = await fetch(`${simulator.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Sipgate-Simulator': 'page' },
      body: JSON.stringify(body),
    });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  }

  const begin = async (more: object = {}) => {
    const sent = { url, secret: 's', from: '+4915799912345', to: '+4915799912300', ...more };
    const { answer } = await order('/api/conversations', sent);
    return `/api/conversations/${String(answer['conversation'])}`;
  };

  it('to say something, to interrupt, to press a key and to hang up', async () => {
    const path = await begin({ switches: ['plus', 'nonsense'] });
    await order(`${path}/press`, { digits: '1' });
    await order(`${path}/interrupt`, { text: 'A' });
    (await order(`${path}/hang-up`, {})).answer.should.eql({ isOver: true });
    await eventually(() => events.some(({ type }) => type === 'session_end'));
    events[0]!.session.should.containEql({ from_phone_number: '+4915799912345' });
    const said = await order(`${path}/say`, { text: 'Nobody hears it' });
    said.status.should.equal(200);
  });

  it('nothing that makes no sense', async () => {
    const path = await begin();
    const answers = await Promise.all([
      order('/api/conversations', { url: 'here', secret: '', from: '1', to: '2' }),
      order('/api/conversations', { url, secret: '', from: 'me', to: '+4915799912300' }),
      order('/api/conversations', { url }),
      order(`${path}/press`, { digits: 'x' }),
      order(`${path}/say`, { text: 1 }),
      order(`${path}/dance`, {}),
      order('/api/conversations/99/say', { text: 'Hello' }),
    ]);
    answers.map(({ status }) => status).should.eql([400, 400, 400, 400, 400, 404, 404]);
    await order(`${path}/hang-up`, {});
  });

  it('to follow the latest conversation from its beginning', async () => {
    const path = await begin();
    const stream = await fetch(`${simulator.url}/api/conversations/events`);
    const reader = stream.body!.getReader();
    let told = '';
    while (!told.includes('"code":"begins"')) told += new TextDecoder().decode((await reader.read()).value);
    await order(`${path}/hang-up`, {});
    while (!told.includes('"code":"ended"')) told += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    should(told.match(/"type":"session_start"/g)?.length).equal(1);
  });
});
