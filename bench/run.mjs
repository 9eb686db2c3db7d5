// npm run bench: compares this pack with its peers in one run and prints ratios; needs dist/, which the script builds.
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { compareAiFlow } from './ai-flow.mjs';
import { compareCalls } from './calls.mjs';
import { compareContacts } from './contacts.mjs';
import { verdicts } from './figures.mjs';
import { compareHistory } from './history.mjs';
import { disturbCalls } from './hostile.mjs';
import { profileOne } from './profile.mjs';
import { installPeers } from './server.mjs';
import { compareSounds } from './sounds.mjs';
import { compareMemory, compareStarts } from './starts.mjs';
import { compareTelephone } from './telephone.mjs';

const HELP = `npm run bench -- [options]

  --quick          fewer and shorter rounds, calls and start-up only: a first impression in about a minute
  --only PART      calls (throughput and latency), ai-flow (the same for voice assistants), hostile (calls beside hostile
                   requests), start (start-up time), memory, contacts (files of an address book), history (a list
                   and a poll), sounds (what an announcement costs),
                   telephone (calls with the editor's telephone unused); may be given several times
  --profile WHOM   a CPU profile of "node-red" or "port" (this pack on that server), "ai-flow" (on its own port) or "bare"
                   instead, by function
  --load N         connections for --profile (default 64)
`;
const QUICK = { rounds: 3, roundMs: 600, warmUpMs: 2000, hostileMs: 1000, starts: 3, contactRounds: 2 };
const FULL = { rounds: 9, roundMs: 1500, warmUpMs: 8000, hostileMs: 4000, starts: 15, contactRounds: 5 };
const PARTS = {
  calls: compareCalls,
  'ai-flow': compareAiFlow,
  hostile: disturbCalls,
  start: compareStarts,
  memory: compareMemory,
  contacts: (effort) => compareContacts(effort.contactRounds),
  history: (effort) => compareHistory(effort.contactRounds),
  sounds: compareSounds,
  telephone: compareTelephone,
};
const IN_QUICK = ['calls', 'hostile', 'start'];

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    profile: { type: 'string' },
    load: { type: 'string', default: '64' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (options.help) console.log(HELP);
else if (options.profile) await profileOne(options.profile, Number(options.load), effort());
else await compare(options.only ?? (options.quick ? IN_QUICK : Object.keys(PARTS)));

function effort() {
  return options.quick ? QUICK : FULL;
}

async function compare(parts) {
  const unknown = parts.filter((part) => !Object.hasOwn(PARTS, part));
  if (unknown.length > 0) throw new Error(`--only takes ${Object.keys(PARTS).join(', ')}`);
  console.log(`Node.js ${process.versions.node}, ${availableParallelism()} cores, ${cpus()[0]?.model}`);
  installPeers();
  for (const part of parts) await PARTS[part](effort());
  const missed = verdicts.filter(({ isReached }) => !isReached);
  console.log(`\n${verdicts.length - missed.length} of ${verdicts.length} targets reached.`);
  for (const { target } of missed) console.log(`  NOT REACHED: ${target}`);
}
