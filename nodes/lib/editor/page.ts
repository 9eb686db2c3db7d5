/** Small things that a dialog does. */

export interface Hint {
  readonly icon: 'exclamation-triangle' | 'info-circle';
  readonly text: string;
}

export function warning(text: string): Hint {
  return { icon: 'exclamation-triangle', text };
}

export function advice(text: string): Hint {
  return { icon: 'info-circle', text };
}

/** Fills a `<ul class="sipgate-hints">`, which is hidden while it has nothing to say. */
export function showHints(container: JQuery, hints: readonly Hint[]): void {
  const items = hints.map((hint) =>
    $('<li>').append($('<i>').addClass(`fa fa-${hint.icon}`), ' ', document.createTextNode(hint.text)),
  );
  container
    .attr('aria-live', 'polite')
    .empty()
    .append(items)
    .toggle(hints.length > 0);
}

/**
 * Copies a text. `navigator.clipboard` exists only on https and localhost, and many editors run on plain http.
 * @returns whether it worked
 */
export async function copy(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return copyBySelection(value);
  }
}

function copyBySelection(value: string): boolean {
  const area = $('<textarea readonly>')
    .val(value)
    .css({ position: 'fixed', opacity: 0 })
    .appendTo(document.body);
  area.trigger('focus').trigger('select');
  const worked = document.execCommand('copy');
  area.remove();
  return worked;
}
