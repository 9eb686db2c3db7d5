// A stand-in for a language model: answers as a service with chat completions does, and understands nothing.
import { createServer } from 'node:http';

const MOST_BODY_BYTES = 1024 * 1024;

/**
 * Listens on 127.0.0.1.
 * @param {(messages: { role: string, content: string }[]) => string | Promise<string>} [reply] what it says
 * @returns {Promise<{ url: string, requests: object[], stop(): void }>} `url` is what belongs into LLM_URL
 */
export async function startLanguageModel(reply = replyTo) {
  const requests = [];
  const server = createServer((request, response) => {
    answer(request, reply, requests).then(
      (body) => {
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      },
      (error) => {
        response.writeHead(400, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify({ error: { message: String(error.message) } }));
      },
    );
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    requests,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(request, reply, requests) {
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
    throw new Error('there is only POST /v1/chat/completions');
  const body = JSON.parse(await textOf(request));
  if (!Array.isArray(body.messages)) throw new Error('messages must be a list');
  requests.push({ headers: request.headers, body });
  const message = { role: 'assistant', content: await reply(body.messages) };
  return {
    object: 'chat.completion',
    model: 'stand-in',
    choices: [{ index: 0, finish_reason: 'stop', message }],
  };
}

async function textOf(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MOST_BODY_BYTES) throw new Error('the body is too large');
  }
  return text;
}

/** Shows that the sentence and the conversation arrived. */
function replyTo(messages) {
  const said = messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  return `You said: ${said.at(-1)}. That was your sentence number ${said.length}. A real model would know more.`;
}
