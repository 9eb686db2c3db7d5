import { ESLint } from 'eslint';
import { PROJECT } from './workshop';

const RULE = 'house/doors';

/** A room's file, and what it may not and may import. */
interface Door {
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

const DOORS: Readonly<Record<string, Door>> = {
  'an area of sipgate.io': {
    file: 'sipgate/sms.ts',
    refuses: [
      ...HOSTS,
      `import { sendFax } from './fax';`,
      `import type { NewFax } from './fax';`,
      `import { renderReply } from './webhook/xml';`,
      `import { parseCsv } from './contact-formats/csv';`,
      `import { sendFax } from './index';`,
      `export * from './history';`,
      `const fax = await import('./fax');`,
      `const fax = require('./fax');`,
      `import { report } from '../nodes/lib/report';`,
      `import { Simulator } from '../simulator';`,
      `import { Simulator } from '../simulator/index';`,
      `import { apiServer } from '../test/sipgate/helpers/api-server';`,
    ],
    lets: [
      `import { createHash } from 'node:crypto';`,
      `import { createClient } from './client';`,
      `import { invalidInput } from './errors';`,
      `import { toE164 } from './phone-number';`,
      `import { isExtension } from './extension';`,
      `import type { AxiosInstance } from 'axios';`,
    ],
  },
  'a part of the webhook area': {
    file: 'sipgate/webhook/xml.ts',
    refuses: [
      ...HOSTS,
      `import { sendFax } from '../fax';`,
      `import { parseVCard } from '../contact-formats/vcard';`,
      `import { sendFax } from '../index';`,
      `import { Simulator } from '../../simulator';`,
      `import { tapBody } from '../../nodes/lib/request-body';`,
    ],
    lets: [
      `import type { Reply } from './reply';`,
      `import { invalidInput } from '../errors';`,
      `import { toWire } from '../phone-number';`,
    ],
  },
  'a contact format': {
    file: 'sipgate/contact-formats/csv.ts',
    refuses: [
      ...HOSTS,
      `import { sendSms } from '../sms';`,
      `import { parseEvent } from '../webhook/event';`,
    ],
    lets: [`import { invalidInput } from '../errors';`, `import { unfold } from './vcard-lines';`],
  },
  'the contacts, which have formats of their own': {
    file: 'sipgate/contacts.ts',
    refuses: [...HOSTS, `import { sendSms } from './sms';`, `import { parseEvent } from './webhook/event';`],
    lets: [`import { parseCsv } from './contact-formats/csv';`, `import { createClient } from './client';`],
  },
  'the client, which all areas stand on': {
    file: 'sipgate/client.ts',
    refuses: [...HOSTS, `import { sendSms } from './sms';`],
    lets: [`import { SipgateError } from './errors';`, `import type { AxiosInstance } from 'axios';`],
  },
  'the one door of sipgate.io': {
    file: 'sipgate/index.ts',
    refuses: [...HOSTS, `export { Simulator } from '../simulator/index';`],
    lets: [`export { sendSms } from './sms';`, `export { parseEvent } from './webhook/event';`],
  },
  'a node': {
    file: 'nodes/sipgate-sms.ts',
    refuses: [
      `import { sendSms } from '../sipgate/sms';`,
      `import type { NewSms } from '../sipgate/sms';`,
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
      `import { toError } from './lib/report';`,
      `import type { NodeAPI } from 'node-red';`,
    ],
  },
  'the glue of the nodes': {
    file: 'nodes/lib/action.ts',
    refuses: [
      `import { sendSms } from '../../sipgate/sms';`,
      `import fax from '../sipgate-fax';`,
      `import { Simulator } from '../../simulator';`,
      `import express from 'express';`,
      `import bodyParser from 'body-parser';`,
    ],
    lets: [
      `import { SipgateError } from '../../sipgate/index';`,
      `import { toError } from './report';`,
      `import type { RequestHandler } from 'express';`,
    ],
  },
  'the simulator': {
    file: 'simulator/network.ts',
    refuses: [
      `import { parseReply } from '../sipgate/index';`,
      `import { parseReply } from '../sipgate';`,
      `import type { Reply } from '../sipgate/webhook/reply';`,
      `import { tapBody } from '../nodes/lib/request-body';`,
      `import RED from 'node-red';`,
    ],
    lets: [`import type { Reply } from '../sipgate/index';`, `import { readWav } from './wav';`],
  },
  'a deep part of the simulator': {
    file: 'simulator/rest/sms.ts',
    refuses: [
      `import { sendSms } from '../../sipgate/index';`,
      `import { type NewSms, sendSms } from '../../sipgate/index';`,
      `import type { NewSms } from '../../sipgate/sms';`,
    ],
    lets: [`import type { NewSms } from '../../sipgate/index';`],
  },
};

describe('the doors of the house', function () {
  this.timeout(60_000);
  const eslint = new ESLint({ cwd: PROJECT });

  for (const [room, { file, refuses, lets }] of Object.entries(DOORS)) {
    describe(`${room} (${file})`, () => {
      for (const line of refuses)
        it(`refuses ${line}`, async () => (await complaints(file, line)).should.not.eql([]));
      for (const line of lets)
        it(`lets pass ${line}`, async () => (await complaints(file, line)).should.eql([]));
    });
  }

  /** What the doors say to that one line in that file. */
  async function complaints(file: string, line: string): Promise<string[]> {
    const [result] = await eslint.lintText(`${line}\n`, { filePath: `${PROJECT}/${file}` });
    const messages = result?.messages ?? [];
    if (messages.some(({ fatal }) => fatal)) throw new Error(messages[0]?.message);
    return messages.filter(({ ruleId }) => ruleId === RULE).map(({ message }) => message);
  }
});
