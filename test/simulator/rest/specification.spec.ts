import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Ajv from 'ajv';
import should from 'should';
import { receiveFax, receiveSms, receiveVoicemail } from '../../../simulator/inbox/receive';
import { type RestServer, startRestServer } from './rest-server';

const file = resolve(__dirname, '../../fixtures/sipgate-openapi.json');

/** Path of the specification and the request that is made of it. */
const reads: [path: string, request: string][] = [
  ['/authorization/userinfo', '/authorization/userinfo'],
  ['/account', '/account'],
  ['/balance', '/balance'],
  ['/users', '/users'],
  ['/users/{userId}', '/users/w1'],
  ['/devices/{deviceId}', '/devices/e0'],
  ['/groups', '/groups'],
  ['/groupfaxlines', '/groupfaxlines'],
  ['/groups/{groupId}/faxlines', '/groups/g0/faxlines'],
  ['/numbers', '/numbers'],
  ['/voicemails', '/voicemails'],
  ['/{userId}/devices', '/w0/devices'],
  ['/{userId}/phonelines', '/w0/phonelines'],
  ['/{userId}/faxlines', '/w0/faxlines'],
  ['/{userId}/numbers', '/w0/numbers'],
  ['/{userId}/sms', '/w0/sms'],
  ['/{userId}/sms/{smsId}/callerids', '/w0/sms/s0/callerids'],
  ['/settings/sipgateio', '/settings/sipgateio'],
  ['/log/webhooks', '/log/webhooks'],
  ['/contacts', '/contacts'],
  ['/contacts/internal', '/contacts/internal'],
  ['/history', '/history'],
];

describe('simulator/rest against the specification of the API', () => {
  let rest: RestServer;
  let fits: (method: string, path: string, body: unknown) => void;

  before(() => {
    fits = validator(JSON.parse(readFileSync(file, 'utf8')) as Specification);
  });
  beforeEach(async () => {
    rest = await startRestServer();
    const log = { created: '', url: '', request: '', response: '', xmlError: '', status: '200' };
    rest.account.webhookLog.push(log);
    receiveSms(rest.account, { from: 'anonymous', text: 'hello' });
    receiveFax(rest.account, { from: '+4915799912345', text: 'hello' });
    receiveVoicemail(rest.account, { from: '+4915799912345', transcription: 'hello' });
  });
  afterEach(() => rest?.close());

  for (const [path, request] of reads)
    it(`answers GET ${path} in the shape that it defines`, async () => {
      const { status, body } = await rest.call('GET', request);
      status.should.equal(200);
      fits('get', path, body);
    });

  it('answers an order for a fax and its history entry in the shapes that it defines', async () => {
    const fax = { faxlineId: 'f0', recipient: '+492214710150', filename: 'a.pdf', base64Content: 'JVBERi0=' };
    const { body } = await rest.call('POST', '/sessions/fax', fax);
    fits('post', '/sessions/fax', body);
    rest.wait(60_000);
    fits('get', '/history/{entryId}', (await rest.call('GET', `/history/${body.sessionId}`)).body);
  });

  it('answers an order for a call in the shape that it defines', async () => {
    const { body } = await rest.call('POST', '/sessions/calls', { caller: 'e0', callee: '+4917139200077' });
    fits('post', '/sessions/calls', body);
  });
});

type Schema = { properties?: Record<string, { nullable?: boolean }>; required?: string[] };

interface Specification {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
  components: { schemas: Record<string, Schema> };
}

/**
 * Checks an answer. The specification demands no field of an answer and declares none as nullable; here every
 * field must be there, and null is let through where the platform is known to give it.
 */
function validator(specification: Specification) {
  for (const [name, schema] of Object.entries(specification.components.schemas))
    if (name.includes('Response')) demandEveryField(schema);
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ ...specification, $id: 'api' });
  return (method: string, path: string, body: unknown): void => {
    const content = specification.paths[path]?.[method]?.responses['200']?.content ?? {};
    const [schema] = Object.values(content).map(({ schema }) => schema as { $ref: string });
    should.exist(schema);
    const validate = ajv.compile({ $ref: `api${schema!.$ref}` });
    should(validate(body)).equal(true, ajv.errorsText(validate.errors));
  };
}

function demandEveryField(schema: Schema): void {
  schema.required = Object.keys(schema.properties ?? {});
  for (const name of ['whitelist', 'picture'])
    if (schema.properties?.[name]) schema.properties[name].nullable = true;
}
