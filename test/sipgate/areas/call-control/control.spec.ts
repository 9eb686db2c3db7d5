import { controlCall, createTally, type CallOrder, type SipgateClient } from '../../../../sipgate/index';
import { ApiServer, clientOf, failure } from '../../helpers/api-server';

describe('Controlling a call', () => {
  let api: ApiServer;
  let client: SipgateClient;

  beforeEach(async () => {
    api = await ApiServer.start();
    client = clientOf(api);
    api.script({ status: 204 });
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  const requests: [string, CallOrder, string, object | undefined][] = [
    ['hangs up', { operation: 'hangup' }, 'DELETE /calls/A1', undefined],
    ['puts it on hold', { operation: 'hold' }, 'PUT /calls/A1/hold', { value: true }],
    ['takes it off hold', { operation: 'resume' }, 'PUT /calls/A1/hold', { value: false }],
    ['mutes', { operation: 'mute' }, 'PUT /calls/A1/muted', { value: true }],
    ['unmutes', { operation: 'unmute' }, 'PUT /calls/A1/muted', { value: false }],
    [
      'starts a recording that all hear of',
      { operation: 'startRecording', isAnnounced: true },
      'PUT /calls/A1/recording',
      { value: true, announcement: true },
    ],
    [
      'stops a recording silently',
      { operation: 'stopRecording', isAnnounced: false },
      'PUT /calls/A1/recording',
      { value: false, announcement: false },
    ],
    [
      'plays an announcement',
      { operation: 'announce', url: ' https://example.org/a.wav?x=1&y=2 ' },
      'POST /calls/A1/announcements',
      { url: 'https://example.org/a.wav?x=1&y=2' },
    ],
    [
      'sends tones',
      { operation: 'dtmf', sequence: ' 0042*#ad ' },
      'POST /calls/A1/dtmf',
      { sequence: '0042*#AD' },
    ],
    [
      'transfers blind',
      { operation: 'transfer', number: '0211 63553355', isAttended: false },
      'POST /calls/A1/transfer',
      { phoneNumber: '+4921163553355', attended: false },
    ],
    [
      'transfers attended',
      { operation: 'transfer', number: '+43 1 58858-0', isAttended: true },
      'POST /calls/A1/transfer',
      { phoneNumber: '+431588580', attended: true },
    ],
  ];
  for (const [what, order, request, body] of requests) {
    it(`${what} with one request`, async () => {
      (await controlCall(client, 'A1', order)).should.deepEqual({ callId: 'A1', operation: order.operation });
      api.requests.should.deepEqual([request]);
      (api.seen[0]!.json ?? {}).should.deepEqual(body ?? {});
    });
  }

  for (const [callId, path] of [
    [' 5 A/1?&ü ', '/calls/5%20A%2F1%3F%26%C3%BC'],
    [12345, '/calls/12345'],
  ] as const) {
    it(`takes ${JSON.stringify(callId)} as the id of a call`, async () => {
      await controlCall(client, callId, { operation: 'hangup' });
      api.requests.should.deepEqual([`DELETE ${path}`]);
    });
  }

  for (const callId of [
    undefined,
    null,
    '',
    '  ',
    '.',
    '..',
    1.5,
    {},
    ['A1'],
    'a\nb',
    '\ud800',
    'x'.repeat(201),
  ]) {
    it(`refuses ${JSON.stringify(callId)?.slice(0, 30) ?? 'nothing'} as the id of a call before any request`, async () => {
      const error = await failure(controlCall(client, callId, { operation: 'hangup' }));
      error.code.should.equal('INVALID_INPUT');
      error.field!.should.equal('callId');
      error.message.should.containEql('msg.payload.callId');
      api.seen.should.be.empty();
    });
  }

  for (const [number, phoneNumber] of [
    ['11', '11'],
    ['116117', '116117'],
    ['4915799912301', '+4915799912301'],
    ['+49 (0)211 63553355', '+4921163553355'],
    ['e1', 'e1'],
    ['k7', 'k7'],
  ] as const) {
    it(`transfers to ${number} as ${phoneNumber}`, async () => {
      await controlCall(client, 'A1', { operation: 'transfer', number, isAttended: false });
      api.seen[0]!.json!.should.deepEqual({ phoneNumber, attended: false });
    });
  }

  it('completes a number with the country of the account', async () => {
    const british = clientOf(api, { country: 'GB' });
    await controlCall(british, 'A1', { operation: 'transfer', number: '020 7946 0018', isAttended: false });
    api.seen[0]!.json!.should.containEql({ phoneNumber: '+442079460018' });
    await british.close();
  });

  const bad: [string, CallOrder][] = [
    ...['', undefined, null, 'my brother', '63553355', '0211 9912300 ext. 12', '4915799912301.0', [], {}].map(
      (number): [string, CallOrder] => ['number', { operation: 'transfer', number, isAttended: false }],
    ),
    ...['', undefined, '1 2', '12x', '1,,2', '1p2', 1.5, -1, NaN, ['1'], '１', '1'.repeat(101)].map(
      (sequence): [string, CallOrder] => ['sequence', { operation: 'dtmf', sequence }],
    ),
    ...[
      '',
      undefined,
      '/a.wav',
      'a.wav',
      'file:///etc/hosts',
      'ftp://example.org/a.wav',
      Buffer.from('RIFF'),
      5,
    ].map((url): [string, CallOrder] => ['announcement', { operation: 'announce', url }]),
  ];
  for (const [field, order] of bad) {
    it(`refuses a wrong ${field} before any request: ${JSON.stringify(order).slice(0, 90)}`, async () => {
      const error = await failure(controlCall(client, 'A1', order));
      error.code.should.equal('INVALID_INPUT');
      error.field!.should.equal(field);
      api.seen.should.be.empty();
    });
  }

  it('says how to send tones with a pause', async () => {
    for (const sequence of ['12,,34', '12p34', '12W34']) {
      const { message } = await failure(controlCall(client, 'A1', { operation: 'dtmf', sequence }));
      message.should.containEql('pause').and.containEql('delay node');
    }
  });

  it('says of a call that is not established what to do', async () => {
    api.script({ status: 404 });
    const gone = await failure(controlCall(client, 'A1', { operation: 'hold' }));
    gone.code.should.equal('NOT_FOUND');
    gone.statusCode!.should.equal(404);
    gone.message.should.containEql('sipgate did not put the call on hold').and.containEql('still ringing');
    api.script({ status: 409 });
    const early = await failure(controlCall(client, 'A1', { operation: 'hold' }));
    early.code.should.equal('INVALID_INPUT');
    early.message.should.containEql('ANSWER');
  });

  it('names the scope that is missing', async () => {
    api.script({ status: 403 });
    const { code, message } = await failure(controlCall(client, 'A1', { operation: 'hangup' }));
    code.should.equal('FORBIDDEN');
    message.should.containEql('rtcm:write').and.not.containEql('neo');
  });

  const onNeo: [CallOrder, string][] = [
    [{ operation: 'mute' }, 'on hold'],
    [{ operation: 'unmute' }, 'resume'],
    [{ operation: 'announce', url: 'https://example.org/a.wav' }, 'webhook response'],
    [{ operation: 'startRecording', isAnnounced: false }, 'announcement'],
    [{ operation: 'stopRecording', isAnnounced: false }, 'announcement'],
  ];
  for (const [order, instead] of onNeo) {
    it(`says what to use on sipgate neo instead of: ${order.operation}`, async () => {
      api.script({ status: 403, text: 'This is not available on sipgate neo PBX accounts' });
      const error = await failure(controlCall(client, 'A1', order));
      error.code.should.equal('FORBIDDEN');
      error.message.should.containEql('neo').and.containEql(instead);
    });
  }

  it('has no advice for a recording that is announced', async () => {
    api.script({ status: 403, text: 'This is not available on sipgate neo PBX accounts' });
    const order = { operation: 'startRecording', isAnnounced: true } as const;
    (await failure(controlCall(client, 'A1', order))).message.should.endWith('does not have this.');
  });

  it('counts a transfer, and nothing else, against what the account may spend', async () => {
    const limits = { maxPerMinute: 1, allowedPrefixes: ['+49'] };
    const tally = createTally({ dayOf: () => 'today' });
    const limited = clientOf(api, { spending: { limits, tally } });
    const transfer = (number: string) =>
      controlCall(limited, 'A1', { operation: 'transfer', number, isAttended: false });
    for (let count = 0; count < 3; count += 1) await controlCall(limited, 'A1', { operation: 'hold' });
    const abroad = await failure(transfer('+43 1 588580'));
    abroad.should.containEql({ code: 'INVALID_INPUT', field: 'number' });
    api.script({ status: 404 }, { status: 204 });
    (await failure(transfer('0211 63553355'))).code.should.equal('NOT_FOUND');
    await transfer('0211 63553355');
    (await failure(transfer('0211 63553355'))).code.should.equal('RATE_LIMITED');
    api.requests.filter((request) => request.startsWith('POST')).length.should.equal(2);
    await limited.close();
  });

  it('sends a transfer, tones or an announcement once, whatever becomes of the answer', async () => {
    for (const order of [
      { operation: 'transfer', number: '+4921163553355', isAttended: false },
      { operation: 'dtmf', sequence: '1' },
      { operation: 'announce', url: 'https://example.org/a.wav' },
    ] as const) {
      api.seen.length = 0;
      api.script({ status: 503 }, { status: 204 });
      (await failure(controlCall(client, 'A1', order))).code.should.equal('SERVER');
      api.seen.length.should.equal(1);
    }
  });

  it('tries again to hang up, and a call that is gone by then is hung up', async () => {
    api.script({ status: 503 }, { status: 204 });
    await controlCall(client, 'A1', { operation: 'hangup' });
    api.seen.length.should.equal(2);
    api.script('reset', { status: 404 });
    await controlCall(client, 'A1', { operation: 'hangup' });
    api.seen.length.should.equal(4);
  });
});
