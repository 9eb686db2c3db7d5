import should from 'should';
import { startRestServer, type RestServer } from './rest-server';

describe('simulator/rest: bodies that want to fill the memory', () => {
  let rest: RestServer;
  beforeEach(async () => {
    rest = await startRestServer();
  });
  afterEach(() => rest.close());
  const logged = () => rest.account.requests.at(-1)?.body;

  it('keeps no more than a part of a huge one', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`f${index}`, 'x'.repeat(90_000)]),
    );
    await rest.call('POST', '/contacts', many);
    JSON.stringify(logged()).length.should.be.below(210_000);
    await rest.call('POST', '/contacts', JSON.stringify(Array.from({ length: 200_000 }, () => ({}))));
    should(logged()).be.an.Array();
  });

  it('refuses what is nested so deeply that it could not be written out again', async () => {
    const deep = `{"incomingUrl":"","outgoingUrl":"","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const { status } = await rest.call('PUT', '/settings/sipgateio', deep);
    status.should.equal(400);
    (await rest.call('GET', '/settings/sipgateio')).status.should.equal(200);
  });
});
