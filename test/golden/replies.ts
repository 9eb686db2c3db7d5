import type { Reply } from '../../sipgate/index';

/** A reply for each golden file, and the properties of a Webhook response that make it. */
export const GOLDEN_REPLIES: Record<string, { reply: Reply; dialog: Record<string, unknown> }> = {
  continue: { reply: { action: 'continue' }, dialog: { action: 'continue' } },
  voicemail: { reply: { action: 'voicemail' }, dialog: { action: 'voicemail' } },
  hangup: { reply: { action: 'hangup' }, dialog: { action: 'hangup' } },
  'reject-busy': {
    reply: { action: 'reject', reason: 'busy' },
    dialog: { action: 'reject', reason: 'busy' },
  },
  'reject-rejected': {
    reply: { action: 'reject', reason: 'rejected' },
    dialog: { action: 'reject', reason: 'rejected' },
  },
  play: {
    reply: { action: 'play', announcement: 'https://example.org/hello.wav?lang=de&v=1' },
    dialog: {
      action: 'play',
      announcement: 'https://example.org/hello.wav?lang=de&v=1',
      announcementType: 'str',
    },
  },
  gather: {
    reply: { action: 'gather', maxDigits: 1, timeout: 2000 },
    dialog: { action: 'gather' },
  },
  'gather-play': {
    reply: { action: 'gather', announcement: 'https://example.org/pin.wav', maxDigits: 4, timeout: 5000 },
    dialog: { action: 'gather', announcement: 'https://example.org/pin.wav', maxDigits: '4', timeout: 5000 },
  },
  redirect: {
    reply: { action: 'redirect', numbers: ['4921163553355'] },
    dialog: { action: 'redirect', numbers: '0211 63553355', anonymous: false },
  },
  'redirect-many': {
    reply: {
      action: 'redirect',
      numbers: ['4921163553355', '1234567e0', 'p3', '11', '4915790000001'],
      callerId: '4921100000',
      anonymous: true,
    },
    dialog: {
      action: 'redirect',
      numbers: '0211 63553355, 1234567e0, p3, 11, +49 157 90000001',
      callerId: '0211 00000',
      anonymous: true,
    },
  },
};
