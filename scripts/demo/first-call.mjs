// The call that the demo places by itself: it calls the menu and presses 1.
const CALL_TIMEOUT_MS = 30_000;

/** Prints the dialogue of the call. @returns whether it was the one that the example promises */
export async function placeFirstCall(simulator, formatEntry, printable) {
  console.log(
    '\nA call comes in. -> sipgate to Node-RED, <- the answer of the flow, -- the telephone network.\n',
  );
  const stopListening = simulator.onEntry((entry) => console.log(formatEntry(entry)));
  const call = simulator.call({ from: '+4915799912345', to: '+4921163553355', press: ['1'] });
  const outcome = await Promise.race([call.ended, timeout()]);
  stopListening();
  const problems = problemsOf(call, outcome);
  console.log(
    problems.length === 0
      ? '\nAll as it should be.'
      : `\nNot as it should be: ${printable(problems.join('; '))}`,
  );
  return problems.length === 0;
}

function problemsOf(call, outcome) {
  const events = call.transcript.filter((entry) => entry.kind === 'event').map((entry) => entry.event);
  const answers = call.transcript.filter((entry) => entry.kind === 'answer');
  return [
    ...unless(events.join(' ') === 'newCall dtmf answer hangup', `the events were: ${events.join(', ')}`),
    ...unless(answers[0]?.xml.includes('<Gather '), 'the first answer had no Gather'),
    ...unless(answers[1]?.xml.includes('<Dial><Number>'), 'the second answer had no Dial'),
    ...unless(outcome?.kind === 'answered', `the call ended as: ${outcome?.kind ?? 'not at all'}`),
    ...answers.flatMap(({ xmlError }) =>
      unless(xmlError === undefined, `an answer was refused: ${xmlError}`),
    ),
  ];
}

function unless(isTrue, problem) {
  return isTrue ? [] : [problem];
}

function timeout() {
  return new Promise((resolve) => setTimeout(resolve, CALL_TIMEOUT_MS).unref());
}
