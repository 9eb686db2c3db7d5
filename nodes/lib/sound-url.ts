import { invalidInput } from '../../sipgate/index';
import { savedChoice, type Saved } from './node-config';

/** An announcement as sipgate fetches it. */
export interface Sound {
  /** Checked where it is sent. */
  readonly url: unknown;
  /** s; only of a sound that the pack hosts */
  readonly duration?: number;
}

/**
 * The URL of an announcement, whatever the dialog says that it is.
 * @param announcement what the property is for this message
 * @throws SipgateError `INVALID_INPUT` for a sound that is no URL
 */
export async function soundUrl(saved: Saved, announcement: unknown): Promise<Sound> {
  const source = savedChoice(saved, 'announcementSource', ['url', 'file', 'text']);
  if (source === 'url' && !(announcement instanceof Uint8Array)) return { url: announcement };
  throw invalidInput(
    'announcement',
    'must be an absolute URL, got a sound that would have to be hosted',
    'Put the WAV file on a web server and give its URL.',
  );
}
