import type { Node, NodeAPI } from 'node-red';
import { invalidInput } from '../../../sipgate/index';

/** A `sipgate-voice` as other nodes see it. */
export interface VoiceNode extends Node {
  /**
   * @returns a text that is the same for voices that speak alike
   * @throws SipgateError `INVALID_INPUT` when the voice is not set up
   */
  identity(): string;
  /** Has its engine say a text. @returns bytes that may be anything. @throws SipgateError of the engine */
  speak(text: string, signal?: AbortSignal): Promise<Buffer>;
}

/** @throws SipgateError `INVALID_INPUT` when none is chosen, or the chosen one is not there */
export function findVoice(RED: NodeAPI, id: string): VoiceNode {
  if (id === '') throw invalidInput('voice', 'is missing', 'Choose a voice in the node.');
  const node = RED.nodes.getNode(id) as VoiceNode | null;
  if (node?.type === 'sipgate-voice') return node;
  throw invalidInput('voice', 'is not there or switched off', 'Choose another one in the node.');
}
