import should from 'should';
import { readOrders } from '../../../../simulator/network/webhook/orders';

const URL_HERE = 'http://127.0.0.1:1880/sipgate';
const response = (action: string) => `<?xml version="1.0" encoding="UTF-8"?><Response>${action}</Response>`;
const order = (action: string) => JSON.parse(JSON.stringify(readOrders(response(action), 'in').order));

describe('the simulator understands what sipgate understands', () => {
  it('reads an empty Response as: go on', () => {
    readOrders('<Response/>', 'in').order.should.eql({ kind: 'continue' });
  });

  it('reads both follow-up URLs', () => {
    const orders = readOrders(`<Response onAnswer="${URL_HERE}?a=1&amp;b=2" onHangup="${URL_HERE}"/>`, 'in');
    should(orders.onAnswer).equal(`${URL_HERE}?a=1&b=2`);
    should(orders.onHangup).equal(URL_HERE);
  });

  const understood: [string, string, object][] = [
    ['Dial', '<Dial><Number>4921163553355</Number></Dial>', { kind: 'dial', numbers: ['4921163553355'] }],
    [
      'Dial with plus, SIP id, extension, caller ID and anonymous',
      '<Dial callerId="+4921163553355" anonymous="true"><Number>+49211</Number><Number>1234567e0</Number><Number>p3</Number></Dial>',
      {
        kind: 'dial',
        numbers: ['+49211', '1234567e0', 'p3'],
        callerId: '+4921163553355',
        anonymous: true,
      },
    ],
    ['Voicemail', '<Dial><Voicemail/></Dial>', { kind: 'voicemail' }],
    ['Reject', '<Reject/>', { kind: 'reject', reason: 'rejected' }],
    ['Reject as busy', '<Reject reason="busy"/>', { kind: 'reject', reason: 'busy' }],
    ['Hangup', '<Hangup/>', { kind: 'hangup' }],
    ['Play', `<Play><Url>${URL_HERE}/a.wav</Url></Play>`, { kind: 'play', url: `${URL_HERE}/a.wav` }],
    [
      'Gather with its defaults: one digit, two seconds',
      `<Gather onData="${URL_HERE}"/>`,
      { kind: 'gather', onData: URL_HERE, maxDigits: 1, timeoutMs: 2000 },
    ],
    [
      'Gather with everything',
      `<Gather type="dtmf" onData="${URL_HERE}" maxDigits="4" timeout="5000"><Play><Url>${URL_HERE}/a.wav</Url></Play></Gather>`,
      { kind: 'gather', onData: URL_HERE, maxDigits: 4, timeoutMs: 5000, announcement: `${URL_HERE}/a.wav` },
    ],
  ];
  for (const [what, action, expected] of understood) {
    it(`reads ${what}`, () => order(action).should.eql(expected));
  }

  const number = '<Number>4921163553355</Number>';
  const refused: [string, string, RegExp][] = [
    ['an unknown verb', '<Say>Hello</Say>', /<Say> is not one of sipgate's actions/],
    ['a verb in the wrong case', '<hangup/>', /<hangup> is not one of sipgate's actions/],
    ['two actions', '<Hangup/><Hangup/>', /2 actions/],
    ['text between the elements', 'hello', /must not hold text/],
    ['an unknown attribute', '<Hangup now="true"/>', /unknown attribute now/],
    ['six numbers', `<Dial>${number.repeat(6)}</Dial>`, /6 numbers, at most 5/],
    ['no number', '<Dial/>', /no <Number>/],
    ['an empty number', '<Dial><Number/></Dial>', /must hold digits .* got ""/],
    ['a number with spaces', '<Dial><Number>0211 63553355</Number></Dial>', /must hold digits/],
    ['a number and the voicemail', `<Dial>${number}<Voicemail/></Dial>`, /stand alone/],
    ['anonymous="undefined"', `<Dial anonymous="undefined">${number}</Dial>`, /true or false/],
    ['anonymous="1"', `<Dial anonymous="1">${number}</Dial>`, /true or false/],
    [
      'a caller ID that is no number',
      `<Dial callerId="me">${number}</Dial>`,
      /callerId must be digits .* got "me"/,
    ],
    ['Gather without onData', '<Gather/>', /no onData/],
    ['a relative onData', '<Gather onData="/sipgate"/>', /absolute URL/],
    ['maxDigits 0', `<Gather onData="${URL_HERE}" maxDigits="0"/>`, /maxDigits must be .* got "0"/],
    ['maxDigits 1.5', `<Gather onData="${URL_HERE}" maxDigits="1.5"/>`, /maxDigits must be .* got "1.5"/],
    ['maxDigits NaN', `<Gather onData="${URL_HERE}" maxDigits="NaN"/>`, /whole number/],
    ['timeout 0', `<Gather onData="${URL_HERE}" timeout="0"/>`, /timeout must be .* got "0"/],
    ['a Gather for speech', `<Gather onData="${URL_HERE}" type="speech"/>`, /must be dtmf/],
    [
      'two announcements in one Gather',
      `<Gather onData="${URL_HERE}">${`<Play><Url>${URL_HERE}</Url></Play>`.repeat(2)}</Gather>`,
      /one <Play>/,
    ],
    ['Play without Url', '<Play/>', /exactly one <Url>/],
    ['a file URL', '<Play><Url>file:///etc/passwd</Url></Play>', /absolute URL/],
    ['a reason nobody knows', '<Reject reason="tired"/>', /busy or rejected/],
  ];
  for (const [what, action, why] of refused) {
    it(`refuses ${what}`, () => should(() => readOrders(response(action), 'in')).throw(why));
  }

  it('refuses another root', () => {
    should(() => readOrders('<Answer/>', 'in')).throw(/must be <Response>/);
  });

  it('refuses a follow-up URL that is not absolute', () => {
    should(() => readOrders('<Response onAnswer="/answer"/>', 'in')).throw(/onAnswer .* absolute URL/);
  });

  it('takes one number only for a call that goes out', () => {
    should(() => readOrders(response(`<Dial>${number.repeat(2)}</Dial>`), 'out')).throw(/at most 1/);
    readOrders(response(`<Dial>${number}</Dial>`), 'out').order.kind.should.equal('dial');
  });
});
