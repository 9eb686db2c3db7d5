import en from '../locales/en.json';

export const DEFAULT_WEBHOOK = 'http://127.0.0.1:1880/sipgate';
export const DEFAULT_PORT = 8766;

export const HELP = `Stands in for sipgate on this computer. Nothing leaves it, and none of it costs money.

  sipgate-simulator call --from NUMBER --to NUMBER [options]   places one call and prints the dialogue
  sipgate-simulator talk --url URL SENTENCE.. [options]        talks to a voice assistant (AI Flow)
  sipgate-simulator serve [options]                            a page with a telephone, and the REST API
  sipgate-simulator test FILES.. [options]                     plays saved calls against a flow and compares its answers
  sipgate-simulator COMMAND --help                             the options of call, talk, serve or test
`;

const COMMON_HELP = `  --webhook URL     where events are posted to (default ${DEFAULT_WEBHOOK})
  --key-file FILE   private RSA key (PEM) that signs the events; it is created if it does not exist. Without it, each
                    start has a new key, and its public key must be entered in the webhook again
  --country CODE    completes numbers without a country code (default DE)
  --neo             an account of sipgate's new platform, which refuses what only the classic one has
`;

export const CALL_HELP = `Places one call, prints the dialogue with the webhook and ends with 0, or with 1 when the webhook could not be
reached, refused an event or gave an answer that sipgate would not accept.

  sipgate-simulator call --from 01579912345 --to 0211635533 --press 1
  sipgate-simulator call --device e0 --to 01579912345 --busy 01579912345

  --from NUMBER     who calls; "anonymous" is allowed
  --to NUMBER       who is called
  --device NAME     instead of --from: click to call. This telephone of the account (e0) rings first, then NUMBER
  --verbatim        sends both numbers exactly as they are written
  --out             the call goes out instead of coming in
  --press DIGITS    what the caller presses at a menu; once for each menu, "" for nothing
  --busy NUMBER     this telephone is busy; "all": every one. Likewise:
  --no-answer NUMBER, --not-found NUMBER
  --forward-to NUMBER
                    where the call goes when nobody answers ("voicemail" is allowed); may be given several times
  --transfer-to NUMBER
                    where the one who answers transfers the call
  --give-up MS      the caller hangs up when nobody has answered by then
  --talk MS         how long the conversation lasts (default 50)
  --speed N         how much faster than in life announcements and waiting for digits go (default 20)
  --strict          an announcement that would stay silent ends with 1, too: one that cannot be fetched within 2 s, or is no
                    WAV with PCM, 16 bit, mono, 8000 Hz
  --json            prints every entry as a line of JSON
${COMMON_HELP}`;

export const SERVE_HELP = `Starts the page with the telephone and the REST API, prints the addresses and stays until Ctrl+C.

  --port N          (default ${DEFAULT_PORT}; another one when it is taken)
${COMMON_HELP}`;

export const TEST_HELP = `Plays saved calls (JSON) against the flows behind a webhook. A line for each test; for one that failed the step, what
was expected and what came. Ends with 0, with 1 when a test failed, and with 2 when one could not be run.

  sipgate-simulator test call-tests/*.json --webhook http://127.0.0.1:1880/sipgate --key-file key.pem --junit report.xml

  --ai-flow URL     the AI flow that conversations are held with: http(s), or ws(s) for a WebSocket; --secret SECRET,
                    --token-header NAME as for talk
  --junit FILE      also writes the results for continuous integration (JUnit's XML)
${COMMON_HELP}
  {
    "name": "1 rings the office",
    "call": { "from": "01579912345", "to": "0211635533" },
    "steps": [
      { "expect": { "action": "gather", "maxDigits": 1 } },
      { "press": "1" },
      { "expect": { "action": "redirect", "numbers": "+4921163553355" } },
      { "answer": "+4921163553355" },
      { "hangup": "callee" }
    ]
  }

Other steps: { "press": "" } presses nothing; { "busy": NUMBER }, { "decline": NUMBER }, { "transfer": NUMBER };
{ "hangup": "caller" }. An "expect" compares only the fields that it names. A test with "aiFlow" is a conversation: its
steps are "expect", { "say": "When are you open?" }, "press" and "hangup".
`;
export const TALK_HELP = `Calls a voice assistant (AI Flow), says the sentences, hangs up, and ends with 0, or with 1 when something would not
have been taken by sipgate. How long people speak is invented: 60 ms for a character.

  sipgate-simulator talk --url http://127.0.0.1:1880/sipgate-ai --secret SECRET "When are you open?" --press 1

  SENTENCE          what the caller says, each as soon as the assistant is silent
  --press DIGITS    what the caller presses, in its place between the sentences
  --interrupt SENTENCE
                    what the caller says into the assistant's speech
  --url URL         the AI flow's URL: http(s), or ws(s) for a WebSocket
  --secret SECRET   what sipgate sends as X-API-TOKEN
  --token-header NAME
                    if it is another header
  --from NUMBER, --to NUMBER
                    who calls, and who is called; --from may be "anonymous"
  --out             the call goes out instead of coming in
  --no-answer       nobody takes a transfer: the caller comes back
  --switch NAME     what sipgate's descriptions leave open; may be given several times:
${switchLines()}
  --speed N         how much faster than in life it goes (default 20)
  --json            prints every entry as a line of JSON
`;

function switchLines(): string {
  return Object.entries(en.switches)
    .map(([name, text]) => `                    ${name.padEnd(23)}${text}`)
    .join('\n');
}
