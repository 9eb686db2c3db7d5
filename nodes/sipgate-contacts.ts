import type { NodeAPI } from 'node-red';
import {
  createContact,
  deleteContacts,
  exportContactsCsv,
  exportVCard,
  exportVCards,
  findContact,
  importCsv,
  importVCards,
  listContacts,
  updateContact,
  type ImportResult,
  type Progress,
} from '../sipgate/index';
import { fromMessage, registerAction, type ActionResult, type StatusText, type Task } from './lib/action';
import { addressBookChanged } from './lib/calls/caller-name';
import { savedChoice, savedFlag, savedText, type Saved } from './lib/node-config';

/** What an operation makes of the content; those that read take none. */
type Operation = (task: ContactsTask) => Promise<ActionResult>;

interface ContactsTask extends Task {
  readonly content: unknown;
  readonly scope: string;
  /** How the domain reports while it works. */
  readonly hooks: {
    readonly signal: AbortSignal;
    readonly onProgress: (progress: Progress) => void;
    readonly onWarning: (message: string) => void;
  };
  /** A count as people of the server's language write it: `1,250`. */
  readonly grouped: (count: number) => string;
}

const WITH_CONTENT: Readonly<Record<string, Operation>> = {
  create: async ({ client, content, scope, hooks }) => ({
    payload: await createContact(client, content, scope, hooks),
    status: ['created'],
  }),
  update: async ({ client, content, hooks }) => ({
    payload: await updateContact(client, content, hooks),
    status: ['updated'],
  }),
  async delete({ client, content, hooks, grouped }) {
    const payload = await deleteContacts(client, content, hooks);
    return { payload, status: ['deleted', { number: grouped(payload.deleted) }] };
  },
  importCsv: async (task) => imported(await importCsv(task.client, task.content, task.hooks), task),
  importVCard: async (task) =>
    imported(await importVCards(task.client, task.content, task.scope, task.hooks), task),
  async find({ client, content }) {
    const payload = await findContact(client, content);
    return { payload, status: payload ? ['found', { name: payload.name }] : ['notFound'] };
  },
};

const WITHOUT_CONTENT: Readonly<Record<string, Operation>> = {
  async list({ client, scope, hooks, grouped }) {
    const payload = await listContacts(client, scope, hooks);
    return { payload, status: ['listed', { number: grouped(payload.length) }] };
  },
  exportCsv: async ({ client, scope, hooks, saved }) => ({
    payload: await exportContactsCsv(client, scope, { ...hooks, ...csvFormat(saved) }),
    status: ['exported'],
  }),
  exportVCards: async ({ client, scope, hooks }) => ({
    payload: await exportVCards(client, scope, hooks),
    status: ['exported'],
  }),
  exportVCard: async ({ client, scope, hooks }) => ({
    payload: await exportVCard(client, scope, hooks),
    status: ['exported'],
  }),
};

const WRITING = ['create', 'update', 'delete', 'importCsv', 'importVCard'];

const OPERATIONS = { ...WITH_CONTENT, ...WITHOUT_CONTENT };

export = (RED: NodeAPI): void =>
  registerAction(RED, 'sipgate-contacts', {
    inputs: { content: fromMessage('payload') },
    takes: (saved) => (operationOf(saved) in WITH_CONTENT ? ['content'] : []),
    async run({ content }, task) {
      const { saved, signal, node } = task;
      const grouped = counter(RED);
      const onProgress = ({ done, total }: Progress) => task.progress(progressOf(done, total, grouped));
      const operation = operationOf(saved);
      try {
        return await (OPERATIONS[operation] as Operation)({
          ...task,
          content,
          scope: savedText(saved, 'scope') || 'PRIVATE',
          hooks: { signal, onProgress, onWarning: (message) => node.warn(message) },
          grouped,
        });
      } finally {
        // also after a failure: half of a file may be imported
        if (WRITING.includes(operation)) addressBookChanged();
      }
    },
  });

function operationOf(saved: Saved): string {
  const [first, ...others] = Object.keys(OPERATIONS) as [string, ...string[]];
  return savedChoice(saved, 'operation', [first, ...others]);
}

function imported(result: ImportResult, { grouped }: ContactsTask): ActionResult {
  const number = grouped(result.imported);
  const skipped = result.skipped.length;
  const status: StatusText =
    skipped === 0 ? ['imported', { number }] : ['importedSome', { number, skipped: grouped(skipped) }];
  return { payload: result, status };
}

/** Not trimmed: a tab is a delimiter, too. */
function csvFormat(saved: Saved): { delimiter: string; escapeFormulas: boolean } {
  const { delimiter } = saved;
  return {
    delimiter: delimiter === undefined || delimiter === '' ? ',' : String(delimiter),
    escapeFormulas: savedFlag(saved, 'escapeFormulas', true),
  };
}

function progressOf(done: number, total: number, grouped: (count: number) => string): StatusText {
  return ['progress', { done: grouped(done), total: grouped(total) }];
}

/** Node-RED does not tell its nodes which language it speaks; their catalogue does. */
function counter(RED: NodeAPI): (count: number) => string {
  const locale = RED._('sipgate-contacts.locale');
  const format = new Intl.NumberFormat(/^[a-z]{2}(-[A-Z]{2})?$/.test(locale) ? locale : 'en-US');
  return (count) => format.format(count);
}
