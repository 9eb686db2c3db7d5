import type { NodeAPI } from 'node-red';
import { convertSound, listVoices, parseSpeechText, speak } from '../../../sipgate/index';
import { addAdminRoute } from '../admin-routes';
import { answerDialog, fieldsOf } from './dialog-answer';
import { dialogVoice } from './dialog-voice';

/** A telephone's rate: what is listened to is what a caller would hear. */
const RATE_HZ = 8000;

/**
 * What the dialog of a voice asks: the voices of its engine, and a sentence to listen to. Both start programs and connect to
 * servers that the dialog names, so they need the permission to change flows.
 */
export function registerVoiceRoutes(RED: NodeAPI): void {
  const mayChange = RED.auth.needsPermission('flows.write');
  addAdminRoute(RED, 'POST', '/voices/:id/list', mayChange, (request, response) =>
    answerDialog(response, async (signal) => {
      const voice = dialogVoice(RED, String(request.params['id']), fieldsOf(request)['voice']);
      if (typeof voice !== 'object') return voice ?? 'notDeployed';
      return { voices: await listVoices(voice, signal) };
    }),
  );
  addAdminRoute(RED, 'POST', '/voices/:id/listen', mayChange, (request, response) =>
    answerDialog(response, async (signal) => {
      const fields = fieldsOf(request);
      const voice = dialogVoice(RED, String(request.params['id']), fields['voice']);
      if (typeof voice !== 'object') return voice ?? 'notDeployed';
      const bytes = await speak(voice, parseSpeechText(fields['text'], 'text'), signal);
      const { wav, duration } = await convertSound(bytes, { rate: RATE_HZ, field: 'text', signal });
      return { wav: wav.toString('base64'), duration };
    }),
  );
}
