import { xmlLines } from '../../xml-lines';
import { create } from './dom';

/** @returns XML in colours, by text nodes only: an answer of a webhook is never put into the page as markup */
export function xmlView(xml: string): HTMLElement {
  const view = create('pre', '');
  for (const part of xmlLines(xml)
    .join('\n')
    .split(/(<\/?[\w:.-]{1,100}|\/?>|[\w:.-]{1,100}="[^"]*")/)) {
    if (/^(<|\/?>)/.test(part)) view.append(create('span', 'tag', part));
    else if (/^[\w:.-]{1,100}="/.test(part)) view.append(create('span', 'attribute', part));
    else view.append(part);
  }
  return view;
}
