// sipgate's own library as its examples use it, with verification on. It knows sipgate's key only, so that key's text
// is replaced by the benchmark's (RSA with 4096 bits, too) while the file is loaded; nothing else is changed.
const { readFileSync } = require('node:fs');
const Module = require('node:module');

const { PORT, PUBLIC_KEY, PUBLIC_URL, TARGET } = process.env;
const PEM = /-----BEGIN PUBLIC KEY-----[^`]+-----END PUBLIC KEY-----/;

const load = Module._extensions['.js'];
Module._extensions['.js'] = (module, file) => {
  if (!file.endsWith('signatureVerifier.js')) return load(module, file);
  const source = readFileSync(file, 'utf8');
  if (!PEM.test(source))
    throw new Error('the library keeps its key elsewhere now: see bench/peers/official.cjs');
  return module._compile(source.replace(PEM, PUBLIC_KEY.trim()), file);
};
const { createWebhookModule, WebhookResponse } = require('sipgateio');

createWebhookModule()
  .createServer({ port: Number(PORT), hostname: '127.0.0.1', serverAddress: PUBLIC_URL })
  .then((server) => {
    server.onNewCall(() => WebhookResponse.redirectCall({ numbers: [TARGET], anonymous: false }));
    console.log('Listening');
  });
