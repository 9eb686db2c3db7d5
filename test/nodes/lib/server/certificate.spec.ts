import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import type { NodeAPI } from 'node-red';
import should from 'should';
import { certificateOf, type Certificate } from '../../../../nodes/lib/server/certificate';
import { freePort, startRuntime } from '../../../node-red';
import { TAB, response, webhook, webhookIn } from '../../helpers/flow';
import { eventually } from '../../helpers/http';
import { removeFolder } from '../../../remove-folder';

const REREAD_MS = 10;

/** The common name of the certificate that a server shows; `undefined` where there is no handshake. */
function subjectOf(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on('error', () => resolve(undefined));
  });
}

describe('A certificate', () => {
  let folder: string;
  let server: Server | undefined;
  let stopWatching: (() => void) | undefined;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sipgate-certificate-'));
    for (const [name, days] of [
      ['first', '90'],
      ['second', '90'],
      ['ending', '10'],
    ] as const)
      make(name, days);
  });
  after(() => removeFolder(folder));
  afterEach(() => {
    stopWatching?.();
    server?.close();
    server = undefined;
  });

  const file = (name: string) => path.join(folder, name);
  function make(name: string, days: string): void {
    const out = ['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)];
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', days, '-subj', `/CN=${name}`];
    execFileSync('openssl', [...args, ...out], { stdio: 'ignore' });
  }
  /** Puts a certificate, its key, or both where the server has them, as a program that renews them does. */
  const put = (name: string, kinds: readonly ('key' | 'crt')[] = ['key', 'crt']) => {
    for (const kind of kinds) copyFileSync(file(`${name}.${kind}`), file(`live.${kind}`));
  };

  /** As Node-RED has it: its node has read the files at the deploy. */
  function deployed(saved: object = { cert: file('live.crt'), key: file('live.key') }): Certificate {
    const RED = {
      nodes: {
        getNode: () => ({ id: 'tls', addTLSOptions: (options: object) => options }),
        eachNode: (each: (node: object) => void) => each({ id: 'tls', type: 'tls-config', ...saved }),
      },
      util: {
        evaluateNodeProperty: (text: string) => text.replace('${FOLDER}', folder),
      },
    } as unknown as NodeAPI;
    return certificateOf(RED, 'tls', REREAD_MS) as Certificate;
  }

  async function serve(certificate: Certificate): Promise<{ port: number; changes: () => number }> {
    const https = (server = createServer(certificate.options(), (_, answer) => answer.end()));
    https.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => https.once('listening', resolve));
    let count = 0;
    stopWatching = certificate.onChange(() => {
      count += 1;
      certificate.apply(https);
    });
    return { port: (https.address() as AddressInfo).port, changes: () => count };
  }

  it('that is renewed is used without a deploy', async () => {
    put('first');
    const { port } = await serve(deployed());
    should(await subjectOf(port)).equal('first');
    put('second');
    await eventually(async () => (await subjectOf(port)) === 'second');
  });

  it('is found where a variable says in which folder it is', async () => {
    put('first');
    const { port } = await serve(deployed({ cert: '${FOLDER}/live.crt', key: '${FOLDER}/live.key ' }));
    put('second');
    await eventually(async () => (await subjectOf(port)) === 'second');
  });

  it('whose key comes later is used when both are there, and the old one until then', async () => {
    put('first');
    const { port, changes } = await serve(deployed());
    put('second', ['crt']);
    await eventually(() => changes() > 0);
    should(await subjectOf(port)).equal('first');
    put('second', ['key']);
    await eventually(async () => (await subjectOf(port)) === 'second');
  });

  it('whose key comes first is used when both are there, and the old one until then', async () => {
    put('first');
    const { port, changes } = await serve(deployed());
    put('second', ['key']);
    await eventually(() => changes() > 0);
    should(await subjectOf(port)).equal('first');
    put('second', ['crt']);
    await eventually(async () => (await subjectOf(port)) === 'second');
  });

  it('that is rubbish, or gone for a moment, leaves the old one in use', async () => {
    put('first');
    const { port, changes } = await serve(deployed());
    writeFileSync(file('live.crt'), 'rubbish');
    await eventually(() => changes() > 0);
    should(await subjectOf(port)).equal('first');
    rmSync(file('live.crt'));
    rmSync(file('live.key'));
    await new Promise((resolve) => setTimeout(resolve, 5 * REREAD_MS));
    should(await subjectOf(port)).equal('first');
    put('second');
    await eventually(async () => (await subjectOf(port)) === 'second');
  });

  it('ends soon when it has less than 14 days, also when it is put there while it is in use', async () => {
    put('first');
    const certificate = deployed();
    should(certificate.endsSoon).be.undefined();
    const { changes } = await serve(certificate);
    put('ending');
    await eventually(() => changes() > 0);
    const days = ((certificate.endsSoon?.getTime() ?? 0) - Date.now()) / 86_400_000;
    days.should.be.within(9, 10);
    put('second');
    await eventually(() => certificate.endsSoon === undefined);
  });

  it('that ends soon is told of in the status and in the log, with the day', async () => {
    put('ending');
    const hook = webhook({ server: 'port', port: await freePort(), tls: 'tls' });
    const tls = { id: 'tls', type: 'tls-config', cert: file('live.crt'), key: file('live.key'), ca: '' };
    const listener = webhookIn(hook, { newCall: ['r'] });
    const runtime = await startRuntime([TAB, tls, hook, listener, response('r', { action: 'hangup' })]);
    await eventually(() =>
      runtime.statuses(listener.id).some(({ text }) => text?.endsWith('.listeningCertificateEnds')),
    );
    runtime.said(hook.id, 'warn').should.deepEqual(['sipgate-webhook.error.certificateEnds']);
    await runtime.stop();
  });

  it('that is renewed by half when the flows are deployed', async () => {
    put('first');
    const hook = webhook({ server: 'port', port: await freePort(), tls: 'tls' });
    const tls = { id: 'tls', type: 'tls-config', cert: file('live.crt'), key: file('live.key'), ca: '' };
    const listener = webhookIn(hook, { newCall: ['r'] });
    const nodes = [TAB, tls, hook, listener, response('r', { action: 'hangup' })];
    const runtime = await startRuntime(nodes);
    await eventually(() => runtime.statuses(listener.id).some(({ text }) => text?.endsWith('.listening')));
    put('second', ['crt']);
    await runtime.deploy(nodes);
    should(await subjectOf(hook['port'] as number)).equal('first');
    runtime.said(hook.id, 'error').should.be.empty();
    await runtime.stop();
  });
});
