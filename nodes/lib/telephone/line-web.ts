import type { Web, WebAnswer, WebRequest } from '../../../simulator/index';
import { callContext, type CallContext } from './call-context';
import type { LastingLine } from './lasting-line';

/** Hands events to a webhook without a network; announcements are fetched over the real one. */
export function createLineWeb(line: LastingLine, context: CallContext, web: Web): Web {
  return {
    async send(order) {
      return order.method === 'POST'
        ? await callContext.run(context, () => post(line, order))
        : await web.send(order);
    },
    /** A sound that the webhook hosts is fetched where it lies, whatever stands in front of its public URL. */
    localUrlOf(url) {
      const [own, local] = [line.url(), line.localUrl()].map((one) => `${one.split('?')[0]}/`);
      return own !== undefined && local !== undefined && url.startsWith(own)
        ? local + url.slice(own.length)
        : url;
    },
    close: () => web.close(),
  };
}

async function post(
  line: LastingLine,
  { headers = {}, body = Buffer.alloc(0) }: WebRequest,
): Promise<WebAnswer> {
  const name = Object.keys(headers).find((header) => header.toLowerCase() === 'x-sipgate-signature');
  const answer = await line.receive(body, String(name === undefined ? '' : headers[name]));
  return {
    status: answer.status,
    headers: { 'content-type': 'application/xml' },
    body: Buffer.from(answer.body),
  };
}
