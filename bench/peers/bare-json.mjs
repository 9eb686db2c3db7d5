// The least that an assistant's webhook can do: compare the secret, read and parse the body, answer with its session.
import { createServer } from 'node:http';

const { PORT, TOKEN, TEXT } = process.env;

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    if (request.headers['x-api-token'] !== TOKEN) {
      response.writeHead(401).end();
      return;
    }
    const { type, session } = JSON.parse(Buffer.concat(chunks).toString());
    if (type === 'session_end') {
      response.writeHead(204).end();
      return;
    }
    const answer = JSON.stringify({ type: 'speak', session_id: session.id, text: TEXT });
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(answer),
    });
    response.end(answer);
  });
}).listen(Number(PORT), '127.0.0.1', () => console.log('Listening'));
