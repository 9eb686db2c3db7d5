// The second call that the demo places by itself: it is greeted, presses 2, and call control transfers it.
import { setTimeout as pause } from 'node:timers/promises';

const LONGEST_WAIT_MS = 30_000;
const LOOK_AGAIN_MS = 100;
/** So long the caller talks to the one whom the call was transferred to. */
const TALK_MS = 1500;

/**
 * Prints the dialogue of the call, and what history in makes of it.
 * @param latestCall asks Node-RED for the entry that example 31 has kept
 * @returns whether it went as the example promises
 */
export async function placeTransferredCall(simulator, formatEntry, printable, latestCall) {
  console.log('\nAnother call comes in. It presses 2, and call control transfers it.\n');
  const stopListening = simulator.onEntry((entry) => console.log(formatEntry(entry)));
  const call = simulator.call({
    from: '+4915799912345',
    to: '+4921163553355',
    press: ['2'],
    hangUpAfterMs: Infinity,
  });
  const wasTransferred = await until(() => count(call, 'answered') === 2);
  if (wasTransferred) await pause(TALK_MS);
  call.hangUp();
  await call.ended;
  stopListening();
  const entry = wasTransferred ? await until(() => entryOf(call, latestCall)) : undefined;
  const problems = problemsOf(simulator, call, entry);
  console.log(
    problems.length === 0
      ? `\nHistory in has told the flow of it: one entry, ${entry.duration} s.`
      : `\nNot as it should be: ${printable(problems.join('; '))}`,
  );
  return problems.length === 0;
}

function count(call, code) {
  return call.transcript.filter((entry) => entry.code === code).length;
}

async function entryOf(call, latestCall) {
  const entry = await latestCall();
  return entry?.callId === originalIdOf(call) ? entry : undefined;
}

function originalIdOf(call) {
  return call.transcript.find(({ kind }) => kind === 'event')?.fields.origCallId;
}

function problemsOf(simulator, call, entry) {
  const entries = simulator.account.history.entries.filter(({ callId }) => callId === originalIdOf(call));
  const answered = call.transcript.find(({ code }) => code === 'answered');
  const talkS = answered === undefined ? 0 : (call.transcript.at(-1).atMs - answered.atMs) / 1000;
  return [
    ...unless(count(call, 'transfers') === 1, `it was transferred ${count(call, 'transfers')} times`),
    ...unless(entries.length === 1, `the history has ${entries.length} entries of it`),
    ...unless(entry !== undefined, 'history in did not tell of it'),
    ...unless(
      entry === undefined || Math.abs(entry.duration - talkS) < 1,
      `the history says ${entry?.duration} s`,
    ),
  ];
}

function unless(isTrue, problem) {
  return isTrue ? [] : [problem];
}

/** @returns what `look` finds; undefined when it finds nothing in time */
async function until(look) {
  const endMs = Date.now() + LONGEST_WAIT_MS;
  while (Date.now() < endMs) {
    const found = await look();
    if (found) return found;
    await pause(LOOK_AGAIN_MS);
  }
  return undefined;
}
