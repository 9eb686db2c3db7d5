import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { makeWav } from '../audio/wav-files';

/** A second of a tone whose pitch is made of the text, so that two texts can be told apart. */
export function spoken(text: string): Buffer {
  const frequency = pitchOf(text);
  return makeWav({
    rate: 22_050,
    duration: 0.3,
    sample: (time) => 0.5 * Math.sin(2 * Math.PI * frequency * time),
  });
}

/** Hz */
export function pitchOf(text: string): number {
  return 300 + ([...text].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 60) * 50;
}

/** A Wyoming server that speaks in tones, or as `answer` says. */
export async function startWyoming(
  answer?: (socket: Socket, question: WyomingQuestion) => void,
): Promise<StandIn> {
  const server = createServer((socket) => {
    let heard = '';
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (!heard.endsWith('\n')) return;
      const question = JSON.parse(heard) as WyomingQuestion;
      heard = '';
      standIn.questions.push(question);
      if (answer) answer(socket, question);
      else if (question.type === 'describe') socket.write(wyomingEvent('info', WYOMING_INFO));
      else sayByWyoming(socket, String(question.data?.['text']));
    });
  });
  const standIn = await listening(server);
  return standIn;
}

export interface WyomingQuestion {
  readonly type: string;
  readonly data?: Record<string, unknown>;
}

export interface StandIn {
  readonly port: number;
  readonly questions: unknown[];
  close(): Promise<void>;
}

const WYOMING_INFO = {
  asr: [],
  tts: [
    {
      name: 'piper',
      voices: [
        { name: 'de_DE-thorsten-medium', languages: ['de_DE'], installed: true },
        { name: 'en_GB-alan-low', languages: ['en_GB'] },
        { name: '' },
      ],
    },
  ],
};

export function sayByWyoming(socket: Socket, text: string): void {
  const samples = spoken(text).subarray(44);
  const format = { rate: 22_050, width: 2, channels: 1 };
  socket.write(wyomingEvent('audio-start', format));
  for (let at = 0; at < samples.length; at += 2048)
    socket.write(wyomingEvent('audio-chunk', format, samples.subarray(at, at + 2048)));
  socket.write(wyomingEvent('audio-stop', { timestamp: 1 }));
}

/** As the Python library writes it: the data behind the line, then the payload. */
export function wyomingEvent(type: string, data: object, payload: Buffer = Buffer.alloc(0)): Buffer {
  const more = Buffer.from(JSON.stringify(data));
  const header = { type, version: '1.5.4', data_length: more.length, payload_length: payload.length };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), more, payload]);
}

export interface SpeechRequest {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

/** A server as OpenAI's, that speaks in tones, or as `answer` says. */
export async function startSpeechServer(
  answer: (response: ServerResponse, body: Record<string, unknown>) => void = (response, { input }) =>
    response.setHeader('content-type', 'audio/wav').end(spoken(String(input))),
): Promise<StandIn & { readonly url: string }> {
  const server = createHttpServer((request: IncomingMessage, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const body = JSON.parse(text) as Record<string, unknown>;
      const { authorization } = request.headers;
      standIn.questions.push({ url: request.url, authorization, body } satisfies SpeechRequest);
      answer(response, body);
    });
  });
  const standIn = await listening(server);
  return { ...standIn, url: `http://127.0.0.1:${standIn.port}/v1/audio/speech` };
}

async function listening(server: Server): Promise<StandIn> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    questions: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
