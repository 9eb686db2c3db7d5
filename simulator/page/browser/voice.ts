import { locale } from './texts';

/** Reads texts aloud, where the browser has a voice. */
export const voice = {
  /** @param language BCP 47; default: the page's */
  speak(text: string, language: string = locale): void {
    if (!('speechSynthesis' in window)) return;
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = language;
    speechSynthesis.speak(utterance);
  },
  stop(): void {
    if ('speechSynthesis' in window) speechSynthesis.cancel();
  },
};

/** As much of the browsers' speech recognition as is used here: TypeScript does not know it. */
interface Recognition {
  lang: string;
  start(): void;
  stop(): void;
  onresult: ((event: { results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void) | null;
  onend: (() => void) | null;
}
type RecognitionClass = new () => Recognition;

/** @returns what listens to the microphone; `undefined` where the browser cannot understand speech */
export function createListener(
  onSentence: (text: string) => void,
  onEnd: () => void,
): Recognition | undefined {
  const page = window as { SpeechRecognition?: RecognitionClass; webkitSpeechRecognition?: RecognitionClass };
  const Recognizer = page.SpeechRecognition ?? page.webkitSpeechRecognition;
  if (Recognizer === undefined) return undefined;
  const recognition = new Recognizer();
  recognition.lang = locale;
  recognition.onresult = ({ results }) => onSentence(results[0]?.[0]?.transcript ?? '');
  recognition.onend = onEnd;
  return recognition;
}
