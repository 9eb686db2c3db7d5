import should from 'should';
import type { Runtime } from '../../node-red';
import { freePort } from '../../node-red';
import {
  aiFlow,
  aiFlowAll,
  aiFlowIn,
  aiFlowResponse,
  dial,
  newSession,
  postEvent,
  startAiRuntime,
  TOKEN,
  wireEvent,
  type AiFlow,
} from '../helpers/ai-flow';
import { fn, probe, TAB, type FlowNode } from '../helpers/flow';
import { eventually } from '../helpers/http';

const MOST_BYTES = 65_536;
const hangsUp = (id: string, wires: string[] = []) => aiFlowResponse(id, { action: 'hangup' }, wires);

for (const server of ['node-red', 'port'] as const)
  describe(`Rows of the contract, on ${server === 'port' ? 'a port of its own' : 'Node-RED’s server'}`, () => {
    let runtime: Runtime | undefined;
    let base = '';
    afterEach(async () => {
      await runtime?.stop();
      runtime = undefined;
    });

    async function start(properties: Record<string, unknown>, nodesOf: (of: AiFlow) => FlowNode[]) {
      const port = await freePort();
      const of = aiFlow({ server, port, ...properties });
      const nodes = nodesOf(of);
      runtime = await startAiRuntime([TAB, of, ...nodes]);
      base = server === 'port' ? `http://127.0.0.1:${port}` : runtime.url;
      return { red: runtime, of, url: base + of.path };
    }
    const caught = [
      { id: 'catch', type: 'catch', z: 'tab', scope: null, wires: [['caught']] } as FlowNode,
      probe('caught'),
    ];
    const error = (body: string) => (JSON.parse(body) as { error: unknown }).error;

    it('listens on /sipgate-ai unless told otherwise, at most once for one path', async () => {
      const { url } = await start({ path: undefined }, (of) => [
        aiFlowAll(of, ['answer']),
        hangsUp('answer'),
      ]);
      void url;
      const answer = await postEvent(`${base}/sipgate-ai`, wireEvent('user_speak', {}, newSession()));
      answer.status.should.equal(200);
      const withQuery = await postEvent(`${base}/sipgate-ai?a=1`, wireEvent('user_speak', {}, newSession()));
      withQuery.status.should.equal(200);
    });

    it('refuses with words, and none of it reaches a flow', async () => {
      const { red, url } = await start({}, (of) => [aiFlowAll(of, ['got']), probe('got')]);
      const event = wireEvent('user_speak', { text: 'a' }, newSession());
      const CASES: [status: number, sent: Parameters<typeof postEvent>][] = [
        [405, [url, '', { method: 'GET' }]],
        [405, [url, event, { method: 'DELETE' }]],
        [405, [url, event, { method: 'PATCH' }]],
        [405, [url, '', { method: 'OPTIONS' }]],
        [415, [url, event, { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }]],
        [415, [url, event, { headers: { 'Content-Type': 'application/jsonp' } }]],
        [415, [url, event, { headers: { 'Content-Type': undefined } }]],
        [413, [url, padded(MOST_BYTES + 1)]],
        [413, [url, padded(MOST_BYTES + 1), { chunked: true }]],
        [400, [url, '']],
        [400, [url, 'null']],
        [400, [url, '"session_start"']],
        [400, [url, '{"type":7,"session":{"id":"a"}}']],
        [400, [url, '{"type":"user_speak","session":{"id":7}}']],
        [400, [url, '{"type":"user_speak","session":"a"}']],
        [401, [url, event, { headers: { 'X-API-TOKEN': '' } }]],
        [401, [url, event, { headers: { 'X-API-TOKEN': `${TOKEN}x` } }]],
        [401, [url, event, { headers: { 'X-API-TOKEN': undefined, 'X-API-KEY': TOKEN } }]],
      ];
      for (const [status, sent] of CASES) {
        const answer = await postEvent(...sent);
        answer.status.should.equal(status, JSON.stringify(sent[2] ?? String(sent[1]).slice(0, 60)));
        should(error(answer.body)).be.a.String();
        String(answer.headers['content-type']).should.match(/^application\/json/);
        answer.body.should.not.match(new RegExp(TOKEN));
      }
      red.messages('got').should.eql([]);
    });

    it('takes a body of 64 KiB, in pieces as well, and any way to write its type', async () => {
      const { red, url } = await start({}, (of) => [aiFlowAll(of, ['got']), probe('got')]);
      const JSON_TYPES = ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json ;x=1'];
      (await postEvent(url, padded(MOST_BYTES))).status.should.equal(204);
      (await postEvent(url, padded(MOST_BYTES), { chunked: true })).status.should.equal(204);
      for (const type of JSON_TYPES)
        (await postEvent(url, padded(300), { headers: { 'Content-Type': type } })).status.should.equal(204);
      await red.message('got', 4);
    });

    it('gives every flow a message of its own, and takes the first answer', async () => {
      const { red, url } = await start({}, (of) => [
        aiFlowAll(of, ['change', 'got1']),
        aiFlowAll(of, ['got2', 'late']),
        fn(
          'change',
          'msg.payload.text = "changed"; msg.call.turns.length = 0; msg.sipgate.raw.x = 1; return msg;',
          ['answer'],
        ),
        hangsUp('answer', ['out']),
        fn('late', 'setTimeout(() => node.send(msg), 20); return null;', ['second']),
        aiFlowResponse('second', { text: 'zu spät', textType: 'str' }),
        ...['got1', 'got2', 'out'].map((id) => probe(id)),
        ...caught,
      ]);
      const answer = await postEvent(url, wireEvent('user_speak', { text: 'a' }, newSession()));
      answer.body.should.match(/"hangup"/);
      (await red.message('caught')).error.should.containEql({ code: 'INVALID_INPUT' });
      const other = await red.message('got2');
      should(other.payload['text']).equal('a');
      should((other.call['turns'] as object[]).length).equal(1);
      should((other.sipgate.raw as Record<string, unknown>)['x']).equal(undefined);
    });

    it('waits where one of two AI flows in wants it, also where the other never does', async () => {
      const { red, url } = await start({ responseTimeout: 3000 }, (of) => [
        aiFlowAll(of, [], { wait: 'never' }),
        aiFlowAll(of, ['got'], { wait: 'always' }),
        probe('got'),
        hangsUp('answer'),
      ]);
      const answer = postEvent(url, wireEvent('user_speak', {}, newSession()));
      const { sipgate } = await red.message('got');
      red.node('answer').receive({ sipgate } as never);
      (await answer).status.should.equal(200);
    });

    it('lets a flow answer over a WebSocket whatever its `wait` says', async () => {
      const { url } = await start({}, (of) => [aiFlowAll(of, ['late'], { wait: 'never' }), ...later()]);
      const line = await dial(url);
      line.say(wireEvent('user_speak', {}, newSession()));
      (await line.action()).should.containEql({ type: 'hangup' });
      line.hangUp();
    });
    const later = () => [
      fn('late', 'if (msg.topic !== "SESSION_END") setTimeout(() => node.send(msg), 20); return null;', [
        'answer',
      ]),
      hangsUp('answer'),
    ];

    it('passes an event of an unknown type, with a field of every kind', async () => {
      const { red, url } = await start({}, (of) => [
        aiFlowIn(of, { other: ['got', 'answer'] }),
        probe('got'),
        hangsUp('answer'),
      ]);
      const session = newSession();
      const fields = { event: 'mine', sessionId: 'mine', number: 'mine', list: [1, { a: null }], on: false };
      const answer = await postEvent(url, wireEvent('voice_mood.changed', fields, session));
      answer.status.should.equal(200);
      const { topic, payload } = await red.message('got');
      topic.should.equal('VOICE_MOOD.CHANGED');
      payload.should.containEql({ event: topic, sessionId: session.id, number: '+4915799912300', on: false });
      should(payload['list']).eql([1, { a: null }]);
    });

    it('has a session with no more than its id', async () => {
      const { red, url } = await start({}, (of) => [
        aiFlowAll(of, ['got', 'answer']),
        probe('got'),
        hangsUp('answer'),
      ]);
      await postEvent(url, { type: 'user_speak', text: 'a', session: { id: 'bare' } });
      const { payload, call } = await red.message('got');
      payload.should.eql({ event: 'USER_SPEAK', sessionId: 'bare', text: 'a', bargedIn: false });
      for (const name of ['number', 'direction', 'from', 'to']) call.should.not.have.property(name);
    });

    describe('pairs', () => {
      for (const [where, code] of [
        ['payload', 'return { payload: { sessionId: msg.payload.sessionId } };'],
        ['call', 'return { payload: "x", call: { sessionId: msg.payload.sessionId } };'],
        ['message', 'return { payload: { sessionId: 5 }, sessionId: msg.payload.sessionId };'],
      ] as const)
        it(`by the sessionId of the ${where}`, async () => {
          const { url } = await start({}, (of) => [
            aiFlowAll(of, ['lost']),
            fn('lost', code, ['answer']),
            hangsUp('answer'),
          ]);
          (await postEvent(url, wireEvent('user_speak', {}, newSession()))).status.should.equal(200);
        });

      it('by nothing but the exchange where there is one, and says that it is too late', async () => {
        const { red, url } = await start({ responseTimeout: 60 }, (of) => [
          aiFlowAll(of, ['got'], { wait: 'always' }),
          probe('got'),
          hangsUp('answer'),
          ...caught,
        ]);
        const session = newSession();
        (await postEvent(url, wireEvent('user_speak', {}, session))).status.should.equal(204);
        const { sipgate } = await red.message('got');
        red.node('answer').receive({ sipgate, sessionId: session.id } as never);
        (await red.message('caught')).error.should.containEql({ code: 'TIMEOUT' });
        red.node('answer').receive({ sessionId: session.id } as never);
        (await red.message('caught', 1)).error.should.containEql({ code: 'NOT_FOUND' });
        red.node('answer').receive({ sipgate: { exchange: 'made up' }, sessionId: session.id } as never);
        (await red.message('caught', 2)).error.should.containEql({ code: 'NOT_FOUND' });
      });
    });

    describe('then', () => {
      const BYE = { action: 'speak', text: 'Bye', then: 'hangup' };
      const choosing = (of: AiFlow) => [
        aiFlowIn(of, { start: ['choose'], speak: ['choose'], digit: ['choose'], ended: ['ended'] }),
        fn(
          'choose',
          `const end = { action: "speak", text: "the end" };
          msg.response = msg.payload.text ? JSON.parse(msg.payload.text) : end; return msg;`,
          ['answer'],
        ),
        aiFlowResponse('answer', { action: 'msg' }, ['out']),
        probe('out'),
        probe('ended'),
      ];
      const SCRIPTS: [what: string, said: (object | object[])[], fields: object, acts: boolean][] = [
        ['acts once', [BYE], {}, true],
        ['acts after a list', [[{ action: 'bargeIn' }, BYE]], {}, true],
        ['acts although the flow listens since', [BYE, { action: 'listen' }], {}, true],
        ['acts although a background plays since', [BYE, { action: 'mixAudio', stop: true }], {}, true],
        ['gives way to a later text', [BYE, { action: 'speak', text: 'Wait' }], {}, false],
        [
          'gives way to a later text of the same answer',
          [[BYE, { action: 'speak', text: 'Wait' }]],
          {},
          false,
        ],
        ['is called off by a caller who interrupts', [BYE, []], { barged_in: true }, false],
      ];
      for (const scheme of ['http', 'ws'] as const)
        for (const [what, said, fields, acts] of SCRIPTS)
          it(`${what}, over ${scheme}`, async () => {
            const { red, url } = await start({}, choosing);
            const session = newSession();
            const line = scheme === 'ws' ? await dial(url) : undefined;
            const send = async (event: ReturnType<typeof wireEvent>) =>
              line ? line.say(event) : (await postEvent(url, event)).body;
            for (const [index, response] of said.entries()) {
              const text = JSON.stringify(response);
              await send(wireEvent('user_speak', { text, ...(index > 0 ? fields : {}) }, session));
              await red.message('out', index); // over a WebSocket nobody else tells
            }
            const bodies = [
              await send(wireEvent('assistant_speech_ended', {}, session)),
              await send(wireEvent('assistant_speech_ended', {}, session)),
            ];
            await red.message('ended', 1);
            if (!line) {
              bodies.map((body) => /"hangup"/.test(String(body))).should.eql([acts, false]);
              return;
            }
            await send(wireEvent('dtmf_received', { digit: '1' }, session));
            await eventually(() => line.heard.at(-1)?.['text'] === 'the end'); // all before it has come
            line.heard.filter(({ type }) => type === 'hangup').length.should.equal(acts ? 1 : 0);
            line.hangUp();
          });
    });

    it('says the filler for what somebody waits for, and nothing for the rest', async () => {
      const { url } = await start({ responseTimeout: 40, filler: 'Moment' }, (of) => [
        aiFlowAll(of, [], { wait: 'always' }),
      ]);
      for (const type of ['session_start', 'user_speak', 'user_input_timeout', 'dtmf_received'])
        (await postEvent(url, wireEvent(type, {}, newSession()))).body.should.match(/"text":"Moment"/);
      for (const type of ['assistant_speak', 'assistant_speech_ended', 'sms_failed', 'session_end'])
        (await postEvent(url, wireEvent(type, {}, newSession()))).status.should.equal(204);
    });
  });

/** An event of so many bytes. */
function padded(bytes: number): string {
  const event = { type: 'user_speak', session: { id: 'long' }, text: '' };
  return JSON.stringify({ ...event, text: 'x'.repeat(bytes - JSON.stringify(event).length) });
}
