import type { NodeAPI } from 'node-red';
import {
  deleteHistory,
  exportHistoryCsv,
  listHistory,
  readEntry,
  updateHistory,
  type HistoryFilters,
} from '../sipgate/index';
import { EMPTY, fromMessage, registerAction, type ActionResult, type Task } from './lib/action';
import { savedChoice, type Saved } from './lib/node-config';

type Input = 'entryId' | 'changes' | 'connectionIds' | 'from' | 'to' | 'phonenumber';
type Values = Readonly<Partial<Record<Input, unknown>>>;

interface Operation {
  /** What it takes of the inputs. */
  readonly takes: readonly Input[];
  readonly run: (values: Values, task: Task) => Promise<ActionResult>;
}

const FILTERS = ['connectionIds', 'from', 'to', 'phonenumber'] as const;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  list: {
    takes: FILTERS,
    async run(values, { client, saved, signal }) {
      const payload = await listHistory(client, filtersOf(values, saved), { signal });
      return { payload, status: ['listed', { number: payload.length }] };
    },
  },
  get: {
    takes: ['entryId'],
    run: async ({ entryId }, { client, signal }) => ({
      payload: await readEntry(client, entryId, signal),
      status: ['read'],
    }),
  },
  update: {
    takes: ['entryId', 'changes'],
    async run({ entryId, changes }, { client, signal }) {
      const payload = await updateHistory(client, entryId, changes, { signal });
      return { payload, status: ['updated', { number: payload.ids.length }] };
    },
  },
  delete: {
    takes: ['entryId'],
    async run({ entryId }, { client, signal }) {
      const payload = await deleteHistory(client, entryId, { signal });
      return { payload, status: ['deleted', { number: payload.ids.length }] };
    },
  },
  exportCsv: {
    takes: FILTERS,
    run: async (values, { client, saved, signal }) => ({
      payload: await exportHistoryCsv(client, filtersOf(values, saved), { signal }),
      status: ['exported'],
    }),
  },
};

export = (RED: NodeAPI): void =>
  registerAction<Input>(RED, 'sipgate-history', {
    inputs: {
      entryId: fromMessage('payload.id'),
      changes: fromMessage('changes'),
      connectionIds: EMPTY,
      from: EMPTY,
      to: EMPTY,
      phonenumber: EMPTY,
    },
    takes: (saved) => operationOf(saved).takes,
    run: (values, task) => operationOf(task.saved).run(values, task),
  });

/** @throws SipgateError `INVALID_INPUT` */
function operationOf(saved: Saved): Operation {
  const [first, ...others] = Object.keys(OPERATIONS) as [string, ...string[]];
  return OPERATIONS[savedChoice(saved, 'operation', [first, ...others])] as Operation;
}

function filtersOf(values: Values, saved: Saved): HistoryFilters {
  const { types, directions, starred, archived, limit } = saved;
  return { ...values, types, directions, starred, archived, limit };
}
