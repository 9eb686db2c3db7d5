let context: AudioContext | undefined;
let playing: AudioBufferSourceNode | undefined;

/** Plays a WAV file. @param base64 of it; rejects where it cannot be played */
export async function playSound(base64: string): Promise<void> {
  context ??= new AudioContext();
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const source = context.createBufferSource();
  source.buffer = await context.decodeAudioData(bytes.buffer);
  source.connect(context.destination);
  source.start();
  playing = source;
}

/** Ends it. */
export function stopSound(): void {
  playing?.stop();
  playing = undefined;
}
