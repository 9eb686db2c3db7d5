import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchAnnouncement } from '../../../../simulator/network/sound/announcement';
import { WebClient } from '../../../../simulator/network/web-client';
import { wav } from '../../webhook';

describe('An announcement that the simulator is told to play', () => {
  const web = new WebClient(false);
  let server: Server;
  let answer: (response: ServerResponse) => unknown;
  before(async () => {
    server = createServer((_request, response) => void answer(response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => {
    web.close();
    server.closeAllConnections();
    server.close();
  });

  const fetched = (how: typeof answer) => {
    answer = how;
    return fetchAnnouncement(web, `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.wav`);
  };
  const called = (type: string) => fetched((response) => response.setHeader('Content-Type', type).end(wav()));

  for (const type of [
    'audio/wav',
    'audio/x-wav',
    'Audio/WAVE; x=y',
    'audio/vnd.wave',
    'application/octet-stream',
  ])
    it(`is heard as ${type}`, async () => {
      (await called(type)).should.containEql({ kind: 'playable', durationMs: 1000 });
    });

  it('is heard where nobody says what it is', async () => {
    (await fetched((response) => response.end(wav()))).kind.should.equal('playable');
  });

  for (const type of ['text/html', 'audio/mpeg', 'application/json'])
    it(`is skipped as ${type}`, async () => {
      const why = `its content type is ${type}, not audio/wav`;
      (await called(type)).should.deepEqual({ kind: 'skipped', why });
    });

  it('is skipped when it takes longer than 2 s', async () => {
    (await fetched(() => undefined)).should.deepEqual({ kind: 'skipped', why: 'no answer in 2000 ms' });
  });
});
