import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import should from 'should';
import { captureBody, readBody, type BodyResult } from '../../../../nodes/lib/server/request-body';

type Server = (request: IncomingMessage, response: ServerResponse) => void;

/** Runs a server for one request: `client` sends it. */
async function serve(server: Server, client: (port: number) => void): Promise<void> {
  const listening = createServer(server).listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  client((listening.address() as AddressInfo).port);
  await new Promise((resolve) =>
    listening.once('request', (_, response: ServerResponse) => response.on('close', resolve)),
  );
  listening.closeAllConnections();
  await new Promise((resolve) => listening.close(resolve));
}

const send = (body: Buffer | string, type?: string) => (port: number) => {
  const headers = type === undefined ? {} : { 'Content-Type': type };
  const call = request({ port, host: '127.0.0.1', method: 'POST', agent: false, headers }, (answer) =>
    answer.resume(),
  );
  call.on('error', () => undefined);
  call.end(body);
};

/** Eats a body as a body parser does. */
function eat(from: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) =>
    from.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks))),
  );
}

describe('a body', () => {
  for (const isCaptured of [false, true]) {
    describe(isCaptured ? 'that is captured first' : 'of a stream', () => {
      /** @returns how reading a body ended, with at most 1000 bytes allowed */
      const read = async (body: Buffer | string) => {
        const results: BodyResult[] = [];
        await serve((incoming, response) => {
          void (isCaptured ? captureBody(incoming, 1000) : Promise.resolve())
            .then(() => readBody(incoming, 1000))
            .then((result) => {
              results.push(result);
              response.end();
            });
        }, send(body));
        results.should.have.length(1);
        return results[0] as BodyResult;
      };
      it('is read as bytes', async () => {
        const bytes = Buffer.from([0, 255, 195, 40, 13, 10]);
        (await read(bytes)).should.deepEqual({ kind: 'body', body: bytes });
      });
      it('may be empty', async () =>
        (await read('')).should.deepEqual({ kind: 'body', body: Buffer.alloc(0) }));
      it('may be as long as allowed', async () => (await read('x'.repeat(1000))).kind.should.equal('body'));
      it('may be no byte longer', async () => (await read('x'.repeat(1001))).kind.should.equal('tooLong'));

      it('of a sender who goes away is broken', async () => {
        const results: BodyResult[] = [];
        await serve(
          (incoming) => {
            void (isCaptured ? captureBody(incoming, 1000) : Promise.resolve())
              .then(() => readBody(incoming, 1000))
              .then((result) => results.push(result));
          },
          (port) => {
            const call = request({
              port,
              host: '127.0.0.1',
              method: 'POST',
              agent: false,
              headers: { 'Content-Length': 100 },
            });
            call.on('error', () => undefined);
            call.write('half', () => setTimeout(() => call.destroy(), 50));
          },
        );
        results.should.deepEqual([{ kind: 'broken' }]);
      });
    });
  }

  it('that is captured is left alone by the parsers that come after', async () => {
    let result: BodyResult | undefined;
    await serve((incoming, response) => {
      const parser = express.urlencoded({ extended: true }) as unknown as (
        request: IncomingMessage,
        response: ServerResponse,
        next: (error?: unknown) => void,
      ) => void;
      void captureBody(incoming, 1000).then(() =>
        parser(incoming, response, (error) => {
          should(error).be.undefined();
          void readBody(incoming, 1000).then((read) => {
            result = read;
            response.end();
          });
        }),
      );
    }, send('event=newCall'));
    should(result).deepEqual({ kind: 'body', body: Buffer.from('event=newCall') });
  });

  for (const [what, type, body] of [
    [
      'a form as its fields',
      'application/x-www-form-urlencoded; charset=UTF-8',
      { event: 'newCall', to: '1 2' },
    ],
    ['anything else as bytes', 'application/json', Buffer.from('event=newCall&to=1+2')],
  ] as const) {
    it(`that is captured is there for guards that come after, ${what}`, async () => {
      const seen: unknown[] = [];
      await serve(
        (incoming: IncomingMessage & { body?: unknown; rawBody?: unknown }, response) => {
          void captureBody(incoming, 1000).then(() => {
            seen.push({ ...(incoming.body as object) }, incoming.rawBody);
            response.end();
          });
        },
        send('event=newCall&to=1+2', type),
      );
      seen.should.eql([{ ...body }, Buffer.from('event=newCall&to=1+2')]);
    });
  }

  it('that is captured can still be read from the stream', async () => {
    let eaten: Buffer | undefined;
    await serve((incoming, response) => {
      void captureBody(incoming, 1000)
        .then(() => eat(incoming))
        .then((bytes) => {
          eaten = bytes;
          response.end();
        });
    }, send('event=newCall'));
    should(eaten).deepEqual(Buffer.from('event=newCall'));
  });

  for (const [what, rawBody, kind] of [
    ['is lost', undefined, 'consumed'],
    ['is found where parsers are asked to keep it', Buffer.from('event=newCall'), 'body'],
  ] as const) {
    it(`that a parser has read before and nobody captured ${what}`, async () => {
      let result: BodyResult | undefined;
      await serve((incoming, response) => {
        void eat(incoming).then(() => {
          Object.assign(incoming, rawBody && { rawBody });
          void readBody(incoming, 1000).then((read) => {
            result = read;
            response.end();
          });
        });
      }, send('event=newCall'));
      should(result?.kind).equal(kind);
    });
  }
});
