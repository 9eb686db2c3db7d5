import type { NodeAPI } from 'node-red';
import type { CallScript, TestNetwork } from '../../../simulator/index';
import { deploysOf } from '../deploys';
import { createLineWeb } from './line-web';
import type { PathHooks } from './path-hooks';
import { PhoneCall } from './phone-call';
import { loadSimulator } from './simulator';
import type { LastingLine } from './lasting-line';
import { acceptKey, onNotice } from './lines';

/** A line that is ready for one call. */
export interface OpenedLine {
  readonly phone: PhoneCall;
  /** Places the one call. */
  readonly network: TestNetwork;
  /** Gives back what the call used. Never rejects. */
  close(): Promise<void>;
}

/** So long whoever asks for webhooks waits for a deploy, ms. */
export const LONGEST_DEPLOY_MS = 10_000;

/** What a person of the account is called in the events of a test. */
const OWN_USER = 'Telephone';
const DEMO_ACCOUNT = '1234567';

/**
 * Makes ready to call a webhook: signed with a key that it accepts until `close`, in a context of the call's own, with
 * its messages followed.
 * @param options.pretend whether nodes that would send something only act as if
 * @param options.ownUser what a person of the account is called in the events
 */
export async function openLineFor(
  RED: NodeAPI,
  line: LastingLine,
  hooks: PathHooks,
  { pretend, ownUser = OWN_USER }: { readonly pretend: boolean; readonly ownUser?: string },
): Promise<OpenedLine> {
  const simulator = loadSimulator();
  const phone = new PhoneCall(line);
  const context = { pretend, path: phone.path };
  const web = createLineWeb(line, context, new simulator.WebClient(true));
  const local = await simulator.createLocalNetwork({ web, webhookUrl: line.url(), country: line.country });
  const { id } = line;
  const stopAccepting = acceptKey(RED, id, local.publicKey);
  const stopHearing = onNotice(RED, id, (notice) => phone.noticed(notice, deploysOf(RED).flowsRun));
  const stopFollowing = hooks.followCall(context);
  return {
    phone,
    network: {
      country: local.country,
      onEntry: (listener) => local.onEntry(listener),
      call: (script) => phone.place(local, withUser(script, ownUser, line.masterSipId)),
    },
    async close() {
      stopAccepting();
      stopHearing();
      stopFollowing();
      await local.stop();
    },
  };
}

/** A webhook may accept the events of one account only. */
function withUser(script: CallScript, name: string, masterSipId: string): CallScript {
  if (script.user) return script;
  return {
    ...script,
    user: [{ name, userId: 'w0', fullUserId: `${masterSipId || DEMO_ACCOUNT}w0` }],
  };
}
