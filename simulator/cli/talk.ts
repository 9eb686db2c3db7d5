import type { Conversation } from '../ai-flow/conversation';
import { formatConversationEntry } from '../ai-flow/format';
import { isSwitch, SWITCHES, type Switch } from '../ai-flow/switches';
import { talkTo } from '../ai-flow/talk';
import { printable } from '../printable';
import { numberOf, orUsageError, parseTalk, UsageError, type TalkStep, type TalkValues } from './arguments';
import { TALK_HELP } from './help';

const DEFAULT_SPEED = 20;

/** `sipgate-simulator talk`. @returns the exit code; throws UsageError */
export async function runTalk(args: string[]): Promise<number> {
  const { values, steps } = parseTalk(args);
  if (values.help) {
    process.stdout.write(TALK_HELP);
    return 0;
  }
  const conversation = start(values);
  process.once('SIGINT', () => conversation.hangUp());
  for (const step of steps) await take(conversation, step);
  await conversation.quiet();
  conversation.hangUp();
  await conversation.ended;
  return conversation.problems.length === 0 ? 0 : 1;
}

function start(values: TalkValues): Conversation {
  const print = values.json ? (entry: object) => printable(JSON.stringify(entry)) : formatConversationEntry;
  const { url } = values;
  if (url === undefined) throw new UsageError('--url is needed');
  const speed = numberOf('--speed', values.speed) ?? DEFAULT_SPEED;
  if (speed === 0) throw new UsageError('--speed takes a number greater than 0');
  const switches = switchesOf(values.switch);
  return orUsageError(() =>
    talkTo({
      url,
      secret: values.secret,
      tokenHeader: values['token-header'],
      from: values.from,
      to: values.to,
      direction: values.out ? 'out' : 'in',
      takesTransfers: !values['no-answer'],
      switches,
      speed,
      onEntry: (entry) => process.stdout.write(`${print(entry)}\n`),
    }),
  );
}

/** A polite caller: only an interruption does not wait until the assistant has spoken. */
async function take(conversation: Conversation, { kind, text }: TalkStep): Promise<void> {
  switch (kind) {
    case 'say':
      return conversation.say(text);
    case 'interrupt':
      await conversation.speaking();
      conversation.interrupt(text);
      return conversation.quiet();
    case 'press':
      await conversation.quiet();
      conversation.press(text);
      return conversation.quiet();
  }
}

function switchesOf(names: readonly string[]): Switch[] {
  const unknown = names.find((name) => !isSwitch(name));
  if (unknown !== undefined)
    throw new UsageError(`there is no switch "${unknown}"; there are ${SWITCHES.join(', ')}`);
  return names.filter(isSwitch);
}
