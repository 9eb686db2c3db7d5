/** The telephone in the sidebar: a tab, and nothing else before somebody opens it. */
import { registerSuggestions } from './lib/editor/telephone/suggestions';
import { createTab, TAB_ID } from './lib/editor/telephone/tab';
import { text } from './lib/editor/telephone/texts';

RED.plugins.registerPlugin('sipgate-telephone', {
  onadd() {
    const tab = createTab();
    RED.sidebar.addTab({
      id: TAB_ID,
      label: text('tab'),
      name: text('name'),
      content: $(tab.content),
      enableOnEdit: true,
      iconClass: 'fa fa-phone',
      onchange: () => tab.shown(),
    });
    RED.actions.add('sipgate:show-telephone', () => RED.sidebar.show(TAB_ID));
    registerSuggestions();
  },
});
