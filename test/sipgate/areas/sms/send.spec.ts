import { sendSms, type ClientOptions, type SipgateClient } from '../../../../sipgate/index';
import { ApiServer, clientOf, failure, quickTiming, type Reply, type Seen } from '../../helpers/api-server';
import { requestChecker } from '../../helpers/openapi';

const USER = { sub: 'w0', domain: 'sipgate.de', masterSipId: '1234567', locale: 'de_DE' };
const MOBILE = '+4915799912345';
const OFFICE = '+4915799912346';

describe('Sending an SMS', () => {
  let api: ApiServer;
  let client: SipgateClient;
  /** What the account has: number by id, as sipgate writes it. */
  let numbers: { id: number; phonenumber: string; verified: boolean; defaultNumber: boolean }[];
  /** Sender and text of each SMS, as recipients saw it. */
  let arrived: { from: string; text: string }[];
  /** Bends an answer. */
  let bend: (seen: Seen) => Reply | undefined;
  let clients: SipgateClient[];

  beforeEach(async () => {
    api = await ApiServer.start(requestChecker());
    clients = [];
    client = another();
    numbers = [
      { id: 1, phonenumber: MOBILE, verified: true, defaultNumber: true },
      { id: 2, phonenumber: '4915799912346', verified: true, defaultNumber: false },
      { id: 3, phonenumber: '+4915799912347', verified: false, defaultNumber: false },
    ];
    arrived = [];
    bend = () => undefined;
    api.answer = (seen) => bend(seen) ?? answer(seen);
  });
  afterEach(async () => {
    await Promise.all(clients.map((one) => one.close()));
    await api.stop();
  });

  function another(more: Partial<ClientOptions> = {}): SipgateClient {
    const made = clientOf(api, more);
    clients.push(made);
    return made;
  }

  function answer({ method, url, json }: Seen): Reply {
    switch (`${method} ${url}`) {
      case 'GET /authorization/userinfo':
        return { json: USER };
      case 'GET /w0/sms':
        return { json: { items: [{ id: 's0', alias: 'SMS', callerId: MOBILE }] } };
      case 'GET /w0/sms/s0/callerids':
        return { json: { items: numbers } };
      case 'POST /sessions/sms':
        arrived.push({ from: sender(), text: (json as { message: string }).message });
        return { status: 204 };
    }
    const [, id] = /^\/w0\/sms\/s0\/callerids\/(\d+)$/.exec(url) ?? [];
    if (method !== 'PUT' || id === undefined) return { status: 404 };
    const { defaultNumber } = json as { defaultNumber: boolean };
    numbers = numbers.map((one) =>
      one.id === Number(id)
        ? { ...one, defaultNumber }
        : { ...one, defaultNumber: one.defaultNumber && !defaultNumber },
    );
    return { status: 204 };
  }

  const sender = () => numbers.find(({ defaultNumber }) => defaultNumber)?.phonenumber ?? 'sipgate';
  const writes = () =>
    api.seen
      .filter(({ method }) => method !== 'GET')
      .map(({ method, url, body }) => `${method} ${url} ${body}`);
  const POST = 'POST /sessions/sms {"smsId":"s0","recipient":"+4915112345678","message":"Hi"}';
  const SWITCH = 'PUT /w0/sms/s0/callerids/2 {"defaultNumber":true}';
  const BACK = 'PUT /w0/sms/s0/callerids/1 {"defaultNumber":true}';
  const SMS = { to: '01511 2345678', message: 'Hi' };

  it('from an extension is one request, with the number in E.164', async () => {
    (await sendSms(client, { ...SMS, sender: 's0' })).should.deepEqual({ smsId: 's0', to: '+4915112345678' });
    api.requests.should.deepEqual(['POST /sessions/sms']);
    writes().should.deepEqual([POST]);
  });

  it('without a sender takes the first SMS extension of who is logged in', async () => {
    (await sendSms(client, { ...SMS, sender: '' })).smsId.should.equal('s0');
    api.requests.should.deepEqual(['GET /authorization/userinfo', 'GET /w0/sms', 'POST /sessions/sms']);
  });

  it('says so when the login has no SMS extension', async () => {
    bend = ({ url }) => (url === '/w0/sms' ? { json: { items: [] } } : undefined);
    const error = await failure(sendSms(client, SMS));
    error.code.should.equal('INVALID_INPUT');
    error.field!.should.equal('sender');
  });

  it('sends a number as its text', async () => {
    await sendSms(client, { ...SMS, sender: 's0', message: 21.5 });
    arrived[0]!.text.should.equal('21.5');
  });

  describe('later', () => {
    const NOW = Date.parse('2026-01-10T12:00:00.000Z');
    const at = (sendAt: unknown) => {
      const timed = another({ timing: { ...quickTiming(), now: () => NOW } });
      return sendSms(timed, { ...SMS, sender: 's0', sendAt });
    };

    for (const [name, sendAt] of Object.entries({
      'ISO 8601 in UTC': '2026-01-11T08:00:00Z',
      'ISO 8601 with a zone': '2026-01-11T09:00:00+01:00',
      'ISO 8601 with a short zone': '2026-01-11T09:00+0100',
      'ISO 8601 with hours alone as zone, as databases write it': '2026-01-11 09:00:00+01',
      'ISO 8601 without separators, as calendars write it': '20260111T080000Z',
      'ISO 8601 without separators and seconds, with a zone': '20260111T0900+0100',
      'ISO 8601 with a comma before fractions': '2026-01-11T08:59:59,5+01:00',
      'ISO 8601 with fractions, which are rounded': '2026-01-11T07:59:59.500Z',
      'milliseconds since 1970': Date.parse('2026-01-11T08:00:00Z'),
      'milliseconds since 1970 as text': String(Date.parse('2026-01-11T08:00:00Z')),
      'a Date': new Date('2026-01-11T08:00:00Z'),
    })) {
      it(`takes ${name} and sends whole seconds`, async () => {
        (await at(sendAt)).should.deepEqual({
          smsId: 's0',
          to: '+4915112345678',
          sendAt: '2026-01-11T08:00:00.000Z',
        });
        (api.seen[0]!.json as { sendAt: number }).sendAt.should.equal(1768118400);
      });
    }

    it('takes a time without zone as the local time of this machine', async () => {
      (await at('2026-01-11T08:00')).sendAt!.should.equal(new Date(2026, 0, 11, 8).toISOString());
    });

    for (const empty of [undefined, null, '', '  ']) {
      it(`means now by ${JSON.stringify(empty) ?? 'undefined'}`, async () => {
        (await at(empty)).should.deepEqual({ smsId: 's0', to: '+4915112345678' });
        api.seen[0]!.json!.should.not.have.property('sendAt');
      });
    }

    it('goes up to 30 days ahead, also in whole seconds', async () => {
      (await at(NOW + 30 * 86_400_000)).sendAt!.should.equal('2026-02-09T12:00:00.000Z');
      (await failure(at(NOW + 30 * 86_400_000 + 1))).field!.should.equal('sendAt');
    });

    for (const bad of [
      'soon',
      '2026-02-30T08:00:00Z',
      '2026-13-01',
      '20260230T080000Z',
      '20260111T25',
      '2026-01-11+01',
      NOW,
      NOW - 1,
      1768118400,
      '5',
      Infinity,
      NaN,
      true,
      {},
      new Date(NaN),
    ]) {
      it(`refuses ${String(bad)} before any request`, async () => {
        const error = await failure(at(bad));
        error.code.should.equal('INVALID_INPUT');
        error.field!.should.equal('sendAt');
        api.seen.should.be.empty();
      });
    }
  });

  describe('refuses before any request', () => {
    const bad: Record<string, object> = {
      to: { to: 'nobody' },
      message: { message: '  ' },
      'message ': { message: { secret: 'the cellar' } },
      sender: { sender: 'f0' },
      'sender ': { sender: 'my phone' },
    };
    for (const [field, values] of Object.entries(bad)) {
      it(`${field} ${JSON.stringify(values)}`, async () => {
        const error = await failure(sendSms(client, { ...SMS, sender: 's0', ...values }));
        error.code.should.equal('INVALID_INPUT');
        error.field!.should.equal(field.trim());
        error.message.should.not.containEql('cellar');
        api.seen.should.be.empty();
      });
    }

    it('but passes a kind of extension on that it does not know', async () => {
      await sendSms(client, { ...SMS, sender: 'k7' });
      (api.seen[0]!.json as { smsId: string }).smsId.should.equal('k7');
    });
  });

  describe('from a number', () => {
    it('switches the sender, sends, and switches back', async () => {
      (await sendSms(client, { ...SMS, sender: '01579 9912346' })).should.deepEqual({
        smsId: 's0',
        to: '+4915112345678',
      });
      writes().should.deepEqual([SWITCH, POST, BACK]);
      arrived.should.deepEqual([{ from: '4915799912346', text: 'Hi' }]);
    });

    it('switches nothing when it is the sender already', async () => {
      await sendSms(client, { ...SMS, sender: MOBILE });
      writes().should.deepEqual([POST]);
    });

    it('switches to no number again where there was none', async () => {
      numbers = numbers.map((one) => ({ ...one, defaultNumber: false }));
      await sendSms(client, { ...SMS, sender: OFFICE });
      writes().should.deepEqual([SWITCH, POST, 'PUT /w0/sms/s0/callerids/2 {"defaultNumber":false}']);
    });

    it('says so when it is not verified or not there, and which there are', async () => {
      (await failure(sendSms(client, { ...SMS, sender: '+4915799912347' }))).message.should.containEql(
        'not verified',
      );
      const error = await failure(sendSms(client, { ...SMS, sender: '+49301234567' }));
      error.code.should.equal('INVALID_INPUT');
      error.message.should.containEql(MOBILE);
      writes().should.be.empty();
    });

    const isPost = ({ method }: Seen) => method === 'POST';
    const isSwitch = ({ method, url }: Seen) => method === 'PUT' && url.endsWith('/2');
    const isBack = ({ method, url }: Seen) => method === 'PUT' && url.endsWith('/1');

    for (const [reply, code] of [
      [{ status: 402 }, 'INSUFFICIENT_FUNDS'],
      [{ status: 403 }, 'FORBIDDEN'],
      [{ status: 500 }, 'SERVER'],
      ['reset', 'NETWORK'],
    ] as const) {
      it(`switches back after ${JSON.stringify(reply)}`, async () => {
        bend = (seen) => (isPost(seen) ? reply : undefined);
        (await failure(sendSms(client, { ...SMS, sender: OFFICE }))).code.should.equal(code);
        writes().should.deepEqual([SWITCH, POST, BACK]);
      });
    }

    it('switches back after a time-out', async () => {
      bend = (seen) => (isPost(seen) ? 'hang' : undefined);
      const hasty = another({ timeout: 60 });
      (await failure(sendSms(hasty, { ...SMS, sender: OFFICE }))).code.should.equal('TIMEOUT');
      sender().should.equal(MOBILE);
    });

    it('switches back when a deploy ends it, and the closing waits for that', async () => {
      bend = (seen) =>
        isPost(seen) ? 'hang' : isBack(seen) ? { delay: 40, ...(answer(seen) as object) } : undefined;
      const sending = failure(sendSms(client, { ...SMS, sender: OFFICE }));
      while (!api.seen.some(isPost)) await new Promise((resolve) => setTimeout(resolve, 2));
      await client.close();
      sender().should.equal(MOBILE);
      (await sending).message.should.containEql('Cancelled');
    });

    it('switches back when its signal ends it while it switches', async () => {
      const abort = new AbortController();
      bend = (seen) => {
        if (!isSwitch(seen)) return undefined;
        answer(seen);
        abort.abort();
        return 'hang';
      };
      await failure(sendSms(client, { ...SMS, sender: OFFICE }, { signal: abort.signal }));
      sender().should.equal(MOBILE);
      arrived.should.be.empty();
    });

    it('leaves alone what it was not allowed to switch', async () => {
      bend = (seen) => (isSwitch(seen) ? { status: 403 } : undefined);
      const error = await failure(sendSms(client, { ...SMS, sender: OFFICE }));
      error.code.should.equal('FORBIDDEN');
      error.message.should.containEql('sms:callerid:write');
      writes().should.deepEqual([SWITCH]);
    });

    it('switches back what was switched although it was refused: a first try whose answer got lost', async () => {
      let tries = 0;
      bend = (seen) => {
        if (!isSwitch(seen)) return undefined;
        tries += 1;
        if (tries > 1) return { status: 402 };
        answer(seen);
        return 'reset';
      };
      const error = await failure(sendSms(client, { ...SMS, sender: OFFICE }));
      error.code.should.equal('INSUFFICIENT_FUNDS');
      sender().should.equal(MOBILE);
      arrived.should.be.empty();
    });

    it('tries hard to switch back', async () => {
      let troubles = 6;
      bend = (seen) => (isBack(seen) && troubles-- > 0 ? { status: 503 } : undefined);
      await sendSms(client, { ...SMS, sender: OFFICE });
      sender().should.equal(MOBILE);
    });

    it('says that the SMS is sent and which sender is set now, when switching back fails for good', async () => {
      bend = (seen) => (isBack(seen) ? { status: 503 } : undefined);
      const error = await failure(sendSms(client, { ...SMS, sender: OFFICE }));
      error.code.should.equal('SERVER');
      error.message.should
        .startWith('The SMS was sent.')
        .and.containEql('SMS of s0 now go out from 4915799912346')
        .and.containEql(`Set it to ${MOBILE}`);
    });

    it('says both, when neither sending nor switching back worked', async () => {
      bend = (seen) => (isBack(seen) ? { status: 403 } : isPost(seen) ? { status: 402 } : undefined);
      const error = await failure(sendSms(client, { ...SMS, sender: OFFICE }));
      error.code.should.equal('INSUFFICIENT_FUNDS');
      error.statusCode!.should.equal(402);
      error.message.should.containEql('credit').and.containEql('now go out from');
    });

    it('gives each of fifty SMS from two numbers and two clients its own sender, and plain ones the usual', async function () {
      const other = another({ credentials: { type: 'basic', username: 'me', password: 'secret' } });
      await other.user(); // the two logins differ; the account is the same
      const all = Array.from({ length: 50 }, (_, index) => {
        const from = index % 3 === 0 ? 's0' : index % 3 === 1 ? MOBILE : OFFICE;
        return sendSms(index % 2 ? client : other, { to: SMS.to, message: `${from} ${index}`, sender: from });
      });
      await Promise.all(all);
      arrived.length.should.equal(50);
      for (const { from, text } of arrived) {
        const wanted = text.startsWith('s0') ? MOBILE : text.split(' ')[0];
        `+${from.replace('+', '')}`.should.equal(wanted);
      }
      sender().should.equal(MOBILE);
    });
  });

  for (const field of ['to', 'sender', 'sendAt']) {
    it(`shows the text of the SMS in no error, also when it was given as \`${field}\``, async () => {
      for (const text of [
        'The cellar is wet',
        ' The cellar is wet, the attic is dry, and all the rest burns ',
      ]) {
        const error = await failure(sendSms(client, { ...SMS, message: text, [field]: text }));
        error.field!.should.equal(field);
        error.message.should.containEql('the text of the SMS').and.not.containEql('cellar');
      }
    });
  }

  it('shows the text of the SMS in no error', async () => {
    api.script({
      status: 400,
      json: { name: 'PARAMETER_INVALID', message: 'bad message: The cellar is wet' },
    });
    const error = await failure(sendSms(client, { ...SMS, sender: 's0', message: 'The cellar is wet' }));
    error.message.should.containEql('PARAMETER_INVALID').and.not.containEql('cellar');
  });
});
