import { formatEntry } from '../../../simulator';

const at = { call: 1, atMs: 1234, text: 'rings Ann Example' };

describe('the printed dialogue', () => {
  it('shows an event with its topic and what a person wants to know', () => {
    formatEntry({
      ...at,
      kind: 'event',
      event: 'newCall',
      callId: 'A1',
      url: 'http://127.0.0.1/',
      fields: { event: 'newCall', callId: 'A1', from: '4915799912345', 'user[]': ['Ann', 'Bob'] },
    }).should.equal('#1     1.234 s  -> NEW_CALL  from=4915799912345  user[]=Ann, Bob');
  });

  it('shows an answer with its XML, one element per line', () => {
    formatEntry({
      ...at,
      kind: 'answer',
      event: 'newCall',
      callId: 'A1',
      status: 200,
      xml: '<?xml version="1.0"?><Response><Dial><Number>49</Number><Voicemail/></Dial></Response>',
      tookMs: 5,
      xmlError: undefined,
    })
      .split('\n')
      .should.eql([
        '#1     1.234 s  <- HTTP 200 after 5 ms',
        '                   <Response>',
        '                     <Dial>',
        '                       <Number>49</Number>',
        '                       <Voicemail/>',
        '                     </Dial>',
        '                   </Response>',
      ]);
  });

  it('says why an answer was refused, and lets none of it steer the terminal', () => {
    const text = formatEntry({
      ...at,
      kind: 'answer',
      event: 'dtmf',
      callId: 'A1',
      status: undefined,
      xml: '\u001b[2Jgone',
      tookMs: 5,
      xmlError: 'no answer in 300 ms',
    });
    text.should.match(/<- no answer after 5 ms\n +xmlError: no answer in 300 ms\n +\\u001b\[2Jgone$/);
  });

  it('lets no name, number, reason or direction mark forge a line or steer the terminal', () => {
    const hostile = 'Ann\u001b[2J\r\n#2     0.000 s  -- forged\u009b1m\u007f\u2028\u202e\u2066';
    const network = { ...at, text: hostile, kind: 'network', code: 'rings', values: {} } as const;
    const event = { ...at, kind: 'event', event: 'newCall', callId: 'A', url: '' } as const;
    const answer = { ...at, kind: 'answer', event: 'newCall', callId: 'A', status: 200, tookMs: 1 } as const;
    const printed = [
      formatEntry(network),
      formatEntry({ ...event, fields: { from: hostile, 'user[]': [hostile], [hostile]: '' } }),
      formatEntry({ ...answer, xml: '', xmlError: hostile }),
      formatEntry({ ...answer, xml: `<a>${hostile}</a>`, xmlError: undefined }),
    ];
    printed.map((text) => text.split('\n').length).should.eql([1, 1, 2, 2]);
    for (const text of printed) {
      // eslint-disable-next-line no-control-regex -- none of these may be left
      text.should.not.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e\u2066]/);
      text.should.containEql('\\u001b[2J').and.containEql('\\u009b1m');
    }
  });

  it('shows what the network does', () => {
    formatEntry({ ...at, kind: 'network', code: 'rings', values: { targets: 'Ann Example' } }).should.equal(
      '#1     1.234 s  -- rings Ann Example',
    );
  });
});
