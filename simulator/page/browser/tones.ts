const KEYS = '123456789*0#';
const ROW_HZ = [697, 770, 852, 941] as const;
const COLUMN_HZ = [1209, 1336, 1477] as const;
const TONE_S = 0.12;
const VOLUME = 0.04;

let context: AudioContext | undefined;

/** Plays the two tones of a key, as telephones do (ITU-T Q.23). */
export function playTone(key: string): void {
  const index = KEYS.indexOf(key);
  const pair = [ROW_HZ[Math.floor(index / 3)], COLUMN_HZ[index % 3]];
  context ??= new AudioContext();
  const volume = context.createGain();
  volume.gain.value = VOLUME;
  volume.connect(context.destination);
  for (const hz of pair) {
    if (hz === undefined) continue;
    const oscillator = context.createOscillator();
    oscillator.frequency.value = hz;
    oscillator.connect(volume);
    oscillator.start();
    oscillator.stop(context.currentTime + TONE_S);
  }
}
