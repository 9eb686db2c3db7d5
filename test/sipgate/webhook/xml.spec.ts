import { readFileSync } from 'node:fs';
import path from 'node:path';
import should from 'should';
import { renderError, renderReply, type Reply } from '../../../sipgate/index';
import { GOLDEN_REPLIES } from '../../golden/replies';

const golden = (name: string) =>
  readFileSync(path.join(__dirname, '../../golden', `${name}.xml`), 'utf8').trimEnd();
const NO_FOLLOW_UPS = { onData: 'https://nr.example.org/hook?a=1&b=2' };

describe('XML', () => {
  for (const [name, { reply }] of Object.entries(GOLDEN_REPLIES)) {
    it(`of ${name} is as sipgate documents it`, () =>
      renderReply(reply, NO_FOLLOW_UPS).should.equal(golden(name)));
  }

  it('asks for the follow-up events that are wanted, on every reply', () => {
    const url = 'https://nr.example.org/hook?a=1&b=2';
    const ask = (reply: Reply) => renderReply(reply, { onAnswer: url, onHangup: url, onData: url });
    ask({ action: 'continue' }).should.equal(golden('follow-ups'));
    for (const { reply } of Object.values(GOLDEN_REPLIES)) {
      ask(reply).should.startWith(
        golden('follow-ups').replace(/\/>$/, reply.action === 'continue' ? '/>' : '>'),
      );
    }
    should(renderReply({ action: 'hangup' }, { onHangup: url, onData: url })).match(
      /<Response onHangup="[^"]+"><Hangup\/>/,
    );
  });

  it('escapes what a flow or a dialog has put into it', () => {
    const evil = 'https://x.example/"><Hangup/>&\'';
    const xml = renderReply(
      { action: 'gather', announcement: evil, maxDigits: 1, timeout: 1 },
      { onData: evil },
    );
    xml.should.containEql('onData="https://x.example/&quot;>&lt;Hangup/>&amp;\'"');
    xml.should.containEql('<Url>https://x.example/"&gt;&lt;Hangup/&gt;&amp;\'</Url>');
  });

  it('of an error is one element with a message', () => {
    renderError('No & <no>').should.match(
      /^<\?xml version="1.0" encoding="UTF-8"\?><Error message="No &amp; &lt;no(>|&gt;)"\/>$/,
    );
  });
});
