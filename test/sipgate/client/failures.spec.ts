import { inspect } from 'node:util';
import { apiPath, isNotOnNeo, type SipgateClient } from '../../../sipgate/index';
import { ApiServer, clientOf, failure, TOKEN, TOKEN_ID } from '../helpers/api-server';

const SEND = { what: 'send the SMS', scopes: ['sessions:sms:write', 'sessions:write'] };

describe('A refusal becomes an error that', () => {
  let api: ApiServer;
  let client: SipgateClient;

  beforeEach(async () => {
    api = await ApiServer.start();
    client = clientOf(api);
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  const codes: Record<number, string> = {
    400: 'INVALID_INPUT',
    401: 'UNAUTHORIZED',
    402: 'INSUFFICIENT_FUNDS',
    403: 'FORBIDDEN',
    404: 'NOT_FOUND',
    405: 'INVALID_INPUT',
    409: 'INVALID_INPUT',
    415: 'INVALID_INPUT',
    422: 'INVALID_INPUT',
    429: 'RATE_LIMITED',
    500: 'SERVER',
    502: 'SERVER',
    503: 'SERVER',
    504: 'SERVER',
  };
  for (const [status, code] of Object.entries(codes)) {
    it(`has the code ${code} for HTTP ${status}, also with an empty body`, async () => {
      api.script({ status: Number(status) });
      const error = await failure(client.post(apiPath`/sessions/sms`, {}));
      error.name.should.equal('SipgateError');
      error.code.should.equal(code);
      error.statusCode!.should.equal(Number(status));
      error.cause!.should.be.instanceof(Error);
    });
  }

  const bodies = {
    'a plain sentence': 'This endpoint is closed today',
    'a list of errors':
      '{"errors":[{"status":400,"title":"This endpoint","detail":"is closed today","source":{"pointer":"/a"}}]}',
    'name and message': '{"name":"This endpoint","message":"is closed today"}',
  };
  for (const [shape, text] of Object.entries(bodies)) {
    it(`repeats sipgate's own words from ${shape}`, async () => {
      api.script({ status: 400, text });
      (await failure(client.get(apiPath`/x`))).message.should.match(/This endpoint:? is closed today/);
    });
  }

  it('repeats of a long text the beginning, and no control characters', async () => {
    api.script({ status: 400, json: { message: `a\u0007\u202eb\n${'x'.repeat(5000)}` } });
    const long = await failure(client.get(apiPath`/x`));
    long.message.should.containEql('a b x').and.not.match(/[\p{Cc}\u202e]/u);
    long.message.length.should.be.below(600);
  });

  for (const [whose, text] of Object.entries({
    'a web page': '<!DOCTYPE html><title>Router of the boss</title><p>secret things',
    'a key': '4711-secret-things',
    settings: 'db.user = boss\ndb.password = secret things',
    'a list of users': 'boss:x:0:0:secret things:/root:/bin/bash',
    'a server that introduces itself': '{"name":"boss","cluster":"secret things"}',
    'JSON of something else': '{"boss":{"message":"secret things"},"data":["secret things"]}',
    'a log': `boss asked for secret things ${'and more '.repeat(10_000)}`,
  }))
    it(`repeats nothing of ${whose}, for a wrong URL may lead to any server`, async () => {
      api.script({ status: 400, text });
      const error = await failure(client.get(apiPath`/x`));
      inspect(error, { depth: null, showHidden: true }).should.not.match(/boss|secret/);
      api.script({ text });
      inspect(await failure(client.user()), { depth: null, showHidden: true }).should.not.match(
        /boss|secret/,
      );
    });

  it('names the missing scope, its parent and where to get it', async () => {
    api.script({ status: 403 });
    (await failure(client.post(apiPath`/sessions/sms`, {}, SEND))).message.should
      .containEql('The token lacks the scope sessions:sms:write')
      .and.containEql('sessions:write')
      .and.containEql('create a new one at app.sipgate.com/personal-access-token');
  });

  it('does not blame the scope when the account is on the new platform, and says what to use there', async () => {
    api.script({ status: 403, text: 'This endpoint requires a sipgate Classic PBX Account' });
    const options = { what: 'list the phone lines', scopes: ['phonelines:read'], onNeo: 'Use `devices`.' };
    const error = await failure(client.get(apiPath`/w0/phonelines`, options));
    error.message.should.equal(
      "sipgate did not list the phone lines (HTTP 403: This endpoint requires a sipgate Classic PBX Account). The account is on sipgate's new platform (neo), which does not have this. Use `devices`.",
    );
    isNotOnNeo(error).should.be.true();
    const plain = await failure(client.get(apiPath`/w0/phonelines`));
    plain.message.should.match(/which does not have this\.$/);
  });

  it('does not take every refusal for one of the new platform', async () => {
    for (const reply of [
      { status: 403 },
      { status: 403, text: 'Not your neon sign' },
      { status: 404, text: 'not on neo' },
    ]) {
      api.script(reply);
      isNotOnNeo(await failure(client.get(apiPath`/w0/phonelines`))).should.be.false();
    }
  });

  it('holds neither login nor body nor confidential text, however deep one looks, even if sipgate repeats them', async () => {
    const secret = 'The cellar is\n"under" water';
    const header = Buffer.from(`${TOKEN_ID}:${TOKEN}`).toString('base64');
    const replies = [
      { status: 400, json: { name: 'BAD', message: `you sent ${secret} with ${TOKEN} as ${header}` } },
      { status: 401, text: `Basic ${header} of ${TOKEN_ID}` },
      {
        status: 400,
        text: `in ${JSON.stringify({ message: secret })} or /x?text=${encodeURIComponent(secret)}`,
      },
      'reset' as const,
    ];
    for (const reply of replies) {
      api.script(reply);
      const error = await failure(
        client.post(apiPath`/sessions/sms`, { message: secret }, { confidential: [secret] }),
      );
      const everything = inspect(error, { depth: null, showHidden: true }) + JSON.stringify(error);
      everything.should.not.match(/cellar|under/);
      for (const word of [TOKEN, TOKEN_ID, header]) everything.should.not.containEql(word);
    }
  });
});
