import 'should';
import de from '../../../../locales/de/sipgate-telephone.json';
import en from '../../../../locales/en-US/sipgate-telephone.json';
import { ACTIONS } from '../../../../simulator/call-test/call-test';
import { ACTION_NAMES } from '../../../../simulator/call-test/conversation-test';
import type { ProblemCode } from '../../../../nodes/lib/telephone/problem';
import type { Display, NoteCode, VisitState } from '../../../../nodes/lib/telephone/view';

/** The compiler asks for each code that there is. */
const NOTES: Record<NoteCode, true> = {
  deadline: true,
  deadEnd: true,
  unanswered: true,
  untaken: true,
  interrupted: true,
  failed: true,
  abandoned: true,
  hidden: true,
  closed: true,
  deployed: true,
  removed: true,
  aiFlowRemoved: true,
  aiFlowDeadline: true,
  aiFlowDeadEnd: true,
};
const PROBLEMS: Record<ProblemCode | 'noAnswer' | 'forbidden', true> = {
  noAnswer: true,
  forbidden: true,
  noWebhook: true,
  noCall: true,
  noSound: true,
  tooManyCalls: true,
  noFrom: true,
  noTo: true,
  noNumber: true,
  nothingToDo: true,
  notRinging: true,
  nothingToSay: true,
  keys: true,
  aiFlowKeys: true,
  testName: true,
  noSimulator: true,
};
const DISPLAYS: Record<Display | 'ready' | 'away', true> = {
  ready: true,
  away: true,
  connecting: true,
  playing: true,
  keys: true,
  ringing: true,
  talking: true,
  voicemail: true,
  over: true,
};
const STATES: Record<VisitState, true> = { passed: true, failed: true, waiting: true };

/** `hangup` is one of both. */
const ALL_ACTIONS = new Set([...ACTIONS, ...Object.values(ACTION_NAMES)]);

describe('The texts of the telephone', () => {
  for (const [language, { 'sipgate-telephone': texts }] of Object.entries({ en, de }))
    it(`name all that it can tell, and nothing else (${language})`, () => {
      Object.keys(texts.note).sort().should.eql(Object.keys(NOTES).sort());
      Object.keys(texts.problem).sort().should.eql(Object.keys(PROBLEMS).sort());
      Object.keys(texts.display).sort().should.eql(Object.keys(DISPLAYS).sort());
      Object.keys(texts.action)
        .sort()
        .should.eql([...ALL_ACTIONS].sort());
      Object.keys(texts.path).should.containDeep(Object.keys(STATES));
    });
});
