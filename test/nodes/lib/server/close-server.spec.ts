import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import should from 'should';
import { closeServer } from '../../../../nodes/lib/server/close-server';

describe('A server that is told to close', () => {
  let server: Server;
  beforeEach((done) => {
    server = createServer((_request, response) => response.end('here'));
    server.listen(0, '127.0.0.1', done);
  });
  afterEach(() => server.closeAllConnections());

  /** What becomes of one that connects and asks, and then keeps the process busy. */
  const ask = (busyMs: number) =>
    new Promise<string>((resolve) => {
      let heard = '';
      const { port } = server.address() as AddressInfo;
      const socket = connect(port, '127.0.0.1');
      socket.on('data', (bytes) => (heard += bytes.toString()));
      socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'error'));
      socket.on('close', () => resolve(heard));
      socket.end('GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n');
      const until = performance.now() + busyMs;
      while (performance.now() < until); // the system takes the connection; nobody in this process does
    });

  it('still answers who connected while the last turn of the event loop was busy', async () => {
    // this timer is before the server's own, so what it puts off comes just before the server would close
    const heard = new Promise<string>((resolve) =>
      setTimeout(() => setImmediate(() => void ask(5).then(resolve)), 20),
    );
    closeServer(server);
    (await heard).should.endWith('here');
  });

  it('takes nobody any more when it is closed', async () => {
    const closed = new Promise((resolve) => server.once('close', resolve));
    const { port } = server.address() as AddressInfo;
    closeServer(server);
    await closed;
    const code = await new Promise((resolve) =>
      connect(port, '127.0.0.1').on('error', (error: NodeJS.ErrnoException) => resolve(error.code)),
    );
    should(code).equal('ECONNREFUSED');
  });

  it('closes all the same where no turn is ever quiet', async () => {
    let isClosed = false;
    server.once('close', () => (isClosed = true));
    const work = () => {
      const until = performance.now() + 1;
      while (performance.now() < until);
      if (!isClosed) setImmediate(work);
    };
    work();
    await new Promise((resolve) => (closeServer(server), server.once('close', resolve)));
    isClosed.should.be.true();
  });
});
