// The least that a webhook can do: read the body up to the same limit, verify it with a key that was parsed once, answer.
// Nothing is parsed, nothing is decided; all ratios of the benchmark are to this one.
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';

const { PORT, PUBLIC_KEY, ANSWER } = process.env;
const MOST_BODY_BYTES = 64 * 1024;
const key = createPublicKey(PUBLIC_KEY);

createServer((request, response) => {
  const chunks = [];
  let length = 0;
  request.on('data', (chunk) => {
    length += chunk.length;
    if (length <= MOST_BODY_BYTES) chunks.push(chunk);
  });
  request.on('end', () => {
    if (length > MOST_BODY_BYTES) {
      response.writeHead(413).end();
      return;
    }
    const signature = Buffer.from(String(request.headers['x-sipgate-signature']), 'base64');
    if (!verify('RSA-SHA256', Buffer.concat(chunks), key, signature)) {
      response.writeHead(401).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': 'application/xml',
      'Content-Length': Buffer.byteLength(ANSWER),
    });
    response.end(ANSWER);
  });
}).listen(Number(PORT), '127.0.0.1', () => console.log('Listening'));
