// Loaded before the scorecard program: it asks the public catalogue of nodes for similar names and ends without a
// result where that cannot be reached. Then it gets an empty catalogue; all other requests go out as they are.
const Module = require('node:module');

const load = Module._load;
const EMPTY = { data: { modules: [] } };

Module._load = function (name, ...rest) {
  const loaded = load.call(this, name, ...rest);
  if (name !== 'axios' || loaded.isWrapped) return loaded;
  const get = loaded.get;
  loaded.get = (url, ...options) =>
    /\/catalogue\.json$/.test(url) ? get(url, { timeout: 10_000 }).catch(() => EMPTY) : get(url, ...options);
  loaded.isWrapped = true;
  return loaded;
};
