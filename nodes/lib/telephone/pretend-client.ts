import { toE164, type SipgateClient } from '../../../sipgate/index';

/** What a path is answered with, by its template: the least that an area needs to go on. */
type Answers = Readonly<Record<string, unknown>>;

const PRETENDED_ID = 'pretended';

/**
 * A client that sends nothing: it answers by itself, as if sipgate had. What an area checks is checked all the same, and
 * nothing is counted against what the account may spend.
 * @param client of the account, for its country
 * @param sender of an SMS: a number counts as verified
 */
export function pretendClient(client: SipgateClient, sender: unknown): SipgateClient {
  const answers: Answers = {
    '/{}/sms': { items: [{ id: 's0', alias: 'SMS' }] },
    '/{}/sms/{}/callerids': { items: senderIds(client, sender) },
    '/{}/faxlines': { items: [{ id: 'f0', alias: 'Fax', canSend: true }] },
    '/history/{}': { id: PRETENDED_ID, type: 'FAX', faxStatusType: 'SENT' },
    '/sessions/fax': { sessionId: PRETENDED_ID },
    '/sessions/calls': { sessionId: PRETENDED_ID },
    '/calls': { data: [], items: [] },
  };
  const answer = async <T>({ template }: { readonly template: string }): Promise<T> =>
    (Object.hasOwn(answers, template) ? answers[template] : { items: [] }) as T;
  const user = { userId: 'w0', masterSipId: '' } as Awaited<ReturnType<SipgateClient['user']>>;
  return {
    ...client,
    get: answer,
    put: answer,
    post: answer,
    delete: answer,
    user: async () => user,
    knownUser: () => user,
    platform: async () => 'classic',
    knownPlatform: async () => 'classic',
    spend: async (_expense, task) => await task(() => undefined),
    keepOpenFor: async (task) => await task(),
  };
}

function senderIds({ country }: SipgateClient, sender: unknown): readonly object[] {
  try {
    const phonenumber = toE164(sender, country, 'sender');
    return [{ id: 1, phonenumber, verified: true, defaultNumber: true }];
  } catch {
    return []; // an extension, or nothing: whoever sends says what is wrong with it
  }
}
