import { ESLint } from 'eslint';
import { PROJECT } from './project';

const RULE = 'project/imports';

/** A file, and what it may not and may import. */
interface Case {
  readonly file: string;
  readonly refuses: readonly string[];
  readonly lets: readonly string[];
}

const HOSTS = [
  `import RED from 'node-red';`,
  `import type { NodeAPI } from 'node-red';`,
  `import express from 'express';`,
  `import { util } from '@node-red/util';`,
];

const CASES: Readonly<Record<string, Case>> = {
  'an area of sipgate.io': {
    file: 'sipgate/areas/sms/send.ts',
    refuses: [
      ...HOSTS,
      `import { sendFax } from '../fax/fax';`,
      `import type { NewFax } from '../fax/fax';`,
      `import { initiateCall } from '../call';`,
      `import { renderReply } from '../../webhook/xml';`,
      `import { parseCsv } from '../../contacts/formats/csv';`,
      `import { sendFax } from '../../index';`,
      `export * from '../history';`,
      `const fax = await import('../fax/fax');`,
      `const fax = require('../fax/fax');`,
      `import { toError } from '../../../nodes/lib/errors';`,
      `import { Simulator } from '../../../simulator';`,
      `import { Simulator } from '../../../simulator/index';`,
      `import { apiServer } from '../../../test/sipgate/helpers/api-server';`,
    ],
    lets: [
      `import { createHash } from 'node:crypto';`,
      `import { countSegments } from './segments';`,
      `import { createClient } from '../../client/client';`,
      `import { invalidInput } from '../../errors';`,
      `import { toE164 } from '../../phone-number';`,
      `import { isExtension } from '../../extension';`,
      `import type { AxiosInstance } from 'axios';`,
    ],
  },
  'an area that nobody has thought of yet': {
    file: 'sipgate/areas/pager.ts',
    refuses: [`import { sendFax } from './fax/fax';`, `import { renderReply } from '../webhook/xml';`],
    lets: [`import { apiPath } from '../client/api-path';`, `import { isRecord } from '../json';`],
  },
  'a part of the webhook': {
    file: 'sipgate/webhook/xml.ts',
    refuses: [
      ...HOSTS,
      `import { sendFax } from '../areas/fax/fax';`,
      `import { createClient } from '../client/client';`,
      `import { parseVCard } from '../contacts/formats/vcard';`,
      `import { parseAction } from '../ai-flow/action';`,
      `import { sendFax } from '../index';`,
      `import { Simulator } from '../../simulator';`,
      `import { readBody } from '../../nodes/lib/server/request-body';`,
    ],
    lets: [
      `import type { Reply } from './reply';`,
      `import { createExchanges } from '../exchanges';`,
      `import { invalidInput } from '../errors';`,
      `import { toWire } from '../phone-number';`,
    ],
  },
  'a contact format': {
    file: 'sipgate/contacts/formats/csv.ts',
    refuses: [
      ...HOSTS,
      `import { sendSms } from '../../areas/sms/send';`,
      `import { parseEvent } from '../../webhook/event';`,
    ],
    lets: [`import { invalidInput } from '../../errors';`, `import { unfold } from './vcard-lines';`],
  },
  'the contacts': {
    file: 'sipgate/contacts/import.ts',
    refuses: [
      ...HOSTS,
      `import { sendSms } from '../areas/sms/send';`,
      `import { parseEvent } from '../webhook/event';`,
    ],
    lets: [`import { parseCsv } from './formats/csv';`, `import { createClient } from '../client/client';`],
  },
  'the client, which all areas stand on': {
    file: 'sipgate/client/client.ts',
    refuses: [
      ...HOSTS,
      `import { sendSms } from '../areas/sms/send';`,
      `import { book } from '../contacts/book';`,
    ],
    lets: [`import { SipgateError } from '../errors';`, `import type { AxiosInstance } from 'axios';`],
  },
  'a small thing that all may use': {
    file: 'sipgate/phone-number.ts',
    refuses: [
      ...HOSTS,
      `import { createClient } from './client/client';`,
      `import { parseEvent } from './webhook/event';`,
    ],
    lets: [`import { invalidInput } from './errors';`],
  },
  'the index of sipgate.io': {
    file: 'sipgate/index.ts',
    refuses: [...HOSTS, `export { Simulator } from '../simulator/index';`],
    lets: [`export { sendSms } from './areas/sms/send';`, `export { parseEvent } from './webhook/event';`],
  },
  'a node': {
    file: 'nodes/sipgate-sms.ts',
    refuses: [
      `import { sendSms } from '../sipgate/areas/sms/send';`,
      `import type { NewSms } from '../sipgate/areas/sms/send';`,
      `import fax from './sipgate-fax';`,
      `import fax = require('./sipgate-fax');`,
      `const fax = require('./sipgate-fax');`,
      `import { Simulator } from '../simulator/index';`,
      `import { Simulator } from '../simulator';`,
      `import { startNodeRed } from '../test/browser/harness';`,
      `import express from 'express';`,
    ],
    lets: [
      `import { sendSms } from '../sipgate/index';`,
      `import { sendSms } from '../sipgate';`,
      `import { toError } from './lib/errors';`,
      `import type { NodeAPI } from 'node-red';`,
    ],
  },
  'a script of the editor': {
    file: 'nodes/sipgate-sms.editor.ts',
    refuses: [
      `import { sendSms } from '../sipgate/index';`,
      `import fax from './sipgate-fax.editor';`,
      `import { Simulator } from '../simulator';`,
    ],
    lets: [
      `import { countSegments } from '../sipgate/areas/sms/segments';`,
      `import { isExtension } from '../sipgate/extension';`,
      `import { showRows } from './lib/editor/rows';`,
    ],
  },
  'the glue of the nodes': {
    file: 'nodes/lib/action.ts',
    refuses: [
      `import { sendSms } from '../../sipgate/areas/sms/send';`,
      `import fax from '../sipgate-fax';`,
      `import { Simulator } from '../../simulator';`,
      `import express from 'express';`,
      `import bodyParser from 'body-parser';`,
    ],
    lets: [
      `import { SipgateError } from '../../sipgate/index';`,
      `import { toError } from './errors';`,
      `import type { RequestHandler } from 'express';`,
    ],
  },
  'the simulator': {
    file: 'simulator/network.ts',
    refuses: [
      `import { parseReply } from '../sipgate/index';`,
      `import { parseReply } from '../sipgate';`,
      `import type { Reply } from '../sipgate/webhook/reply';`,
      `import { readBody } from '../nodes/lib/server/request-body';`,
      `import RED from 'node-red';`,
    ],
    lets: [`import type { Reply } from '../sipgate/index';`, `import { readWav } from './wav';`],
  },
  'a deep part of the simulator': {
    file: 'simulator/rest/sms.ts',
    refuses: [
      `import { sendSms } from '../../sipgate/index';`,
      `import { type NewSms, sendSms } from '../../sipgate/index';`,
      `import type { NewSms } from '../../sipgate/areas/sms/send';`,
    ],
    lets: [`import type { NewSms } from '../../sipgate/index';`],
  },
};

describe('the rule of who may import whom', function () {
  this.timeout(60_000);
  const eslint = new ESLint({ cwd: PROJECT });

  for (const [name, { file, refuses, lets }] of Object.entries(CASES)) {
    describe(`${name} (${file})`, () => {
      for (const line of refuses)
        it(`refuses ${line}`, async () => (await complaints(file, line)).should.not.eql([]));
      for (const line of lets)
        it(`lets pass ${line}`, async () => (await complaints(file, line)).should.eql([]));
    });
  }

  /** What the rule says to that one line in that file. */
  async function complaints(file: string, line: string): Promise<string[]> {
    const [result] = await eslint.lintText(`${line}\n`, { filePath: `${PROJECT}/${file}` });
    const messages = result?.messages ?? [];
    if (messages.some(({ fatal }) => fatal)) throw new Error(messages[0]?.message);
    return messages.filter(({ ruleId }) => ruleId === RULE).map(({ message }) => message);
  }
});
