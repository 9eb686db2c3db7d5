// The least that any assistant of two wired nodes can do: the bare server, with Node-RED's delivery between the question
// and its answer. It keeps nothing, waits for ever and checks no more than the secret.
const { createServer } = require('node:http');

const { PEER_PORT, TOKEN, TEXT } = process.env;

module.exports = (RED) => {
  function BenchIn(config) {
    RED.nodes.createNode(this, config);
    const server = createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        if (request.headers['x-api-token'] !== TOKEN) {
          response.writeHead(401).end();
          return;
        }
        const payload = JSON.parse(Buffer.concat(chunks).toString());
        if (payload.type === 'session_end') response.writeHead(204).end();
        else this.send({ payload, response });
      });
    }).listen(Number(PEER_PORT), '127.0.0.1');
    this.on('close', (done) => server.close(done));
  }

  function BenchResponse(config) {
    RED.nodes.createNode(this, config);
    this.on('input', ({ payload: { session }, response }, send, done) => {
      const answer = JSON.stringify({ type: 'speak', session_id: session.id, text: TEXT });
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(answer),
      });
      response.end(answer);
      done();
    });
  }

  RED.nodes.registerType('bench-in', BenchIn);
  RED.nodes.registerType('bench-response', BenchResponse);
};
